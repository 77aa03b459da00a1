#include "parallel/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <list>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "feast/call_context.h"
#include "parallel/start_thread.h"
#include "system/exceptions.h"

namespace feast {
namespace {

/// The one whose threads this thread shares; null where each ParallelFor has its own.
thread_local Crew* shared_crew = nullptr;

}  // namespace

/// One ParallelFor.
class ParallelJob {
 public:
  ParallelJob(int workers, int64_t count, const std::function<arrow::Status(int, int64_t)>& task)
      : workers_(static_cast<int>(std::min<int64_t>(workers, count))), count_(count), task_(task) {}

  int workers() const { return workers_; }
  /// Whether one more thread would find something to do.
  /// Asked under the crew's mutex, as Join is. What pieces do to `next_` and `failed_` meanwhile can only end it.
  bool HasRoom() const { return joined_ < workers_ && !failed_ && next_ < count_; }
  /// The worker number for one more thread.
  int Join() { return joined_++; }
  /// Takes pieces until there are none left.
  void Work(int worker) {
    const CallScope scope(context_);
    shared_crew = shared_crew_;
    while (!failed_.load(std::memory_order_relaxed)) {
      // A job has far fewer threads than there are numbers beyond count_, so counting on past the end does no harm.
      const int64_t i = next_.fetch_add(1);
      if (i >= count_) return;
      arrow::Status status = context_.Check();
      // An exception would end the process, if this is a thread of the crew's.
      if (status.ok()) status = Caught([&] { return task_(worker, i); });
      if (status.ok()) continue;
      const std::lock_guard<std::mutex> lock(mutex_);
      // The lowest piece's: pieces are handed out in order, so all before it have been begun, and the error does not
      // depend on which thread was faster.
      if (error_.ok() || i < error_piece_) {
        error_ = std::move(status);
        error_piece_ = i;
      }
      failed_ = true;
    }
  }
  /// Once no thread works on it.
  arrow::Status status() const { return error_; }

 private:
  const int workers_;
  const int64_t count_;
  const std::function<arrow::Status(int, int64_t)>& task_;
  // Those of the thread that called it hold for all that work on it.
  const CallContext context_ = CallContext::OfThread();
  Crew* const shared_crew_ = shared_crew;
  int joined_ = 0;
  std::atomic<int64_t> next_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  arrow::Status error_;
  int64_t error_piece_ = 0;
};

/// Threads beside those that call ParallelFor: started when jobs want them, kept until all is done.
class Crew {
 public:
  explicit Crew(int helpers_max) : helpers_max_(helpers_max) {}
  ~Crew() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      is_dismissed_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  /// Does the job together with whoever has nothing else to do.
  void Run(ParallelJob* job) {
    std::unique_lock<std::mutex> lock(mutex_);
    const int worker = job->Join(), helpers = job->workers() - 1;
    wanted_ += helpers;
    StartThreads();
    // Last of all that may throw: a job that is listed is one that this call waits for.
    const auto entry = jobs_.insert(jobs_.end(), {job, 0});
    lock.unlock();
    for (int i = 0; i < helpers; ++i) wake_.notify_one();
    job->Work(worker);
    lock.lock();
    // The job is on this thread's stack, and so is what its pieces refer to. The mutex also makes all they wrote
    // visible here.
    left_.wait(lock, [&] { return entry->helpers == 0; });
    jobs_.erase(entry);
    wanted_ -= helpers;
  }

 private:
  struct Entry {
    ParallelJob* job;
    int helpers;
  };

  /// As many as are wanted. With fewer, or with none, the same work takes longer: whoever calls Run does it, too.
  void StartThreads() {
    while (std::ssize(threads_) < std::min(wanted_, helpers_max_)) {
      threads_.emplace_back();
      if (StartThread(&threads_.back(), [this] { Help(); })) continue;
      threads_.pop_back();
      return;
    }
  }

  void Help() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      auto entry = jobs_.end();
      wake_.wait(lock, [&] {
        entry = std::ranges::find_if(jobs_, [](const Entry& candidate) { return candidate.job->HasRoom(); });
        return is_dismissed_ || entry != jobs_.end();
      });
      // Dismissed. A job that is still listed is helped first.
      if (entry == jobs_.end()) return;
      const int worker = entry->job->Join();
      ++entry->helpers;
      lock.unlock();
      // Entries of a list stay where they are, and this one stays until it has no helpers.
      entry->job->Work(worker);
      lock.lock();
      if (--entry->helpers == 0) left_.notify_all();
    }
  }

  const int helpers_max_;
  std::mutex mutex_;
  /// There is a job, or none will come any more.
  std::condition_variable wake_;
  /// A job has no helpers any more.
  std::condition_variable left_;
  std::list<Entry> jobs_;
  /// How many helpers they would take together.
  int wanted_ = 0;
  bool is_dismissed_ = false;
  std::vector<std::thread> threads_;
};

int WorkerCount() {
  if (const char* text = std::getenv("FEAST_THREADS")) {
    const int wanted = std::atoi(text);
    if (wanted > 0) return std::min(wanted, 1024);
  }
  // Asking the system opens a file.
  static const unsigned of_machine = std::max(1U, std::thread::hardware_concurrency());
  return static_cast<int>(of_machine);
}

arrow::Status ParallelFor(int workers, int64_t count, const std::function<arrow::Status(int, int64_t)>& task) {
  ParallelJob job(workers, count, task);
  if (job.workers() <= 1) {
    job.Work(0);
  } else if (shared_crew != nullptr) {
    shared_crew->Run(&job);
  } else {
    Crew(job.workers() - 1).Run(&job);
  }
  return job.status();
}

SharedThreads::SharedThreads(int workers)
    : crew_(std::make_unique<Crew>(workers - 1)), outer_(std::exchange(shared_crew, crew_.get())) {}

// The crew ends after this, by when no call can begin on it.
SharedThreads::~SharedThreads() { shared_crew = outer_; }

void ForEachPiece(int workers, int64_t count, const std::function<void(int worker, int64_t i)>& visit) {
  // What cannot report that it ended early is done to the end.
  const CallScope scope({});
  std::mutex mutex;
  std::exception_ptr thrown;
  const arrow::Status done = ParallelFor(workers, count, [&](int worker, int64_t i) {
    try {
      visit(worker, i);
      return arrow::Status::OK();
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!thrown) thrown = std::current_exception();
      return StatusOfException();
    }
  });
  // No piece can fail but for want of memory, which is for those to hear of who can: they are up this stack.
  if (thrown) std::rethrow_exception(thrown);
  static_cast<void>(done);
}

void ForEachRange(int64_t count, int64_t step, const std::function<void(int64_t first, int64_t last)>& visit) {
  ForEachPiece(WorkerCount(), (count + step - 1) / step,
               [&](int, int64_t i) { visit(i * step, std::min(count, (i + 1) * step)); });
}

}  // namespace feast
