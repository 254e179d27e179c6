"""How titles of policy documents end, where a format does not say what the title is."""

import re

ENDS_TITLE = re.compile(
    r"(通知|意见|办法|规定|公告|通告|公报|方案|条例|细则|决定|批复|函|规划|计划|指南|纲要|规程|目录|清单|（试行）|\(试行\)|"
    r"解读|问答|答记者问|实录|讲话)$"
)
