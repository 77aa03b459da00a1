"""Wraps the paragraphs and list items of Markdown pages that have a line of over 120 columns. Tables, code and headings stay.

usage: wrap.py PAGE...
"""

import pathlib
import re
import sys
import textwrap

COLUMNS_MAX = 120
ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s+")
INLINE_CODE = re.compile(r"`[^`]*`")
KEPT_SPACE = "\0"


def wrapped(paragraph):
    """The lines of one paragraph or list item, wrapped if one is too long; inline code is not broken."""
    if all(len(line) <= COLUMNS_MAX for line in paragraph):
        return paragraph
    item = ITEM.match(paragraph[0])
    start = item[0] if item else re.match(r"\s*", paragraph[0])[0]
    text = " ".join([paragraph[0][len(start) :].strip(), *(line.strip() for line in paragraph[1:])])
    lines = textwrap.wrap(
        INLINE_CODE.sub(lambda code: code[0].replace(" ", KEPT_SPACE), text),
        COLUMNS_MAX,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(KEPT_SPACE, " ") for line in lines]


def wrap(text):
    result, paragraph, is_code = [], [], False

    def flush():
        result.extend(wrapped(paragraph))
        paragraph.clear()

    for line in text.split("\n"):
        is_fence = line.lstrip().startswith("```")
        is_code ^= is_fence
        stays = is_fence or is_code or not line.strip() or line.startswith(("|", "#", "<", "![", "    "))
        if stays and not (line.startswith("    ") and paragraph and not is_fence and not is_code):
            flush()
            result.append(line)
            continue
        if ITEM.match(line):
            flush()
        paragraph.append(line)
    flush()
    return "\n".join(result)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        page = pathlib.Path(name)
        page.write_text(wrap(page.read_text()))
