"""A fixed thousand of names and texts that do harm where a program takes text for anything else."""

from __future__ import annotations

from typing import Final

MARKUP: Final = (
    "</script><script>document.title='hit'</script>",
    "<img src=x onerror=document.title='hit'>",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    '"><a href="javascript:alert(1)">点我</a>',
    "' onmouseover='alert(1)",
    "</bdi></td></tr></table><h1>通过</h1>",
    "</title><style>*{display:none}</style>",
    "<!-- 市场 -->",
    "]]>",
    "<![CDATA[市场]]>",
    "&lt;b&gt;&amp;amp;",
    "&#60;script&#62;",
    "<?xml version='1.0'?><!DOCTYPE x>",
    "</w:t></w:r></w:p><w:p/>",
    "_x0041__x000D_",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://example.invalid/?a=1&b=2",
    "`${alert(1)}`",
    "\\u003cscript\\u003e",
    "\\'-alert(1)-\\'",
)
FORMULAS: Final = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.invalid","点")',
    "=1+1",
    "+1+1",
    "-1-1",
    "@SUM(A1:A9)",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "{=1+1}",
    "'=1+1",
    "%1$s%n&P&A",
)
TEMPLATES: Final = (
    "{{ 7*7 }}",
    "{% raise %}",
    "{# 无 #}",
    "{_{ 7*7 }_}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{0.__class__}",
)
PATHS: Final = (
    "../../outside",
    "..\\..\\outside",
    "/etc/passwd",
    "C:\\CON",
    "CON",
    "NUL.txt",
    "com1",
    'a<b>:"c"|d?e*f',
    "尾点. ",
    ".隐藏",
    "~$锁",
)
UNSEEN: Final = (
    "\u202e甲乙丙\u202c",
    "\u202egpj.exe",
    "\u2066\u2067左\u2069",
    "\u200f右\u200e",
    "אבג שלום",
    "مرحبا 12",
    "零\u200b宽\u200d\ufeff",
    "e" + "\u0301\u0327\u0308" * 20,
    "👨\u200d👩\u200d👧\u200d👦",
    "🇨🇳\ufe0f",
    "𠮷𮯠",
    "行\u2028段\u2029",
    "\x85次行",
    "NaN",
    "Infinity",
    "null",
    "None",
    "true",
    "undefined",
    "__proto__",
    "constructor",
    "'; DROP TABLE sites;--",
    "\ufffd\ufffe\uffff",
    "零\x00字",
    "\x1b[31m红",
    "\ud800",
    "半\udc00",
    "长" * 400,
    "long" * 100,
)
INGREDIENTS: Final = (*MARKUP, *FORMULAS, *TEMPLATES, *PATHS, *UNSEEN)
FRAMES: Final = (
    "{}",
    "{}市场",
    "市场{}",
    "东{}西",
    "{}\t市场",
    "市场\n{}",
    "“{}”",
    "（{}）",
    " {} 市场",
    "{}-{}",
    "<{}>",
    "{}\u202e",
)


def hostile_texts(count: int = 1000) -> tuple[str, ...]:
    """The first ``count`` texts: every ingredient alone, then in every frame."""
    made = (frame.replace("{}", each) for frame in FRAMES for each in INGREDIENTS)
    return tuple(dict.fromkeys(made))[:count]
