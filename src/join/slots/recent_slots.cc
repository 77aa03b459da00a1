#include "join/slots/recent_slots.h"

namespace feast::join {

void RecentSlots::Find(const int32_t* groups, const int64_t* moments, uint64_t age_max, int rows, int32_t* slots) {
  int asked = 0;
  for (int i = 0; i < rows; ++i) {
    // A group whose moment changes within the block asks once more; rows before the change keep the number of their own
    // question in questions_. A block has at most kBlockRows questions.
    Recent& recent = recent_[groups[i]];
    if (recent.question == kNone || recent.moment != moments[i]) {
      recent.moment = moments[i];
      recent.question = asked;
      asked_groups_[asked] = groups[i];
      asked_moments_[asked++] = moments[i];
    }
    questions_[i] = recent.question;
    slots[i] = recent.slot;
  }
  slots_.Find(asked_groups_.data(), asked_moments_.data(), age_max, asked, answers_.data());
  for (int i = 0; i < rows; ++i) {
    if (questions_[i] != kKnown) slots[i] = answers_[questions_[i]];
  }
  for (int question = 0; question < asked; ++question) {
    // Of a group's questions the last one holds.
    Recent& recent = recent_[asked_groups_[question]];
    if (recent.question != question) continue;
    recent.slot = answers_[question];
    recent.question = kKnown;
  }
}

}  // namespace feast::join
