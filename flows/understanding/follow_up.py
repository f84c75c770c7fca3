"""What a short message says of a matter that is under way: 几点来, 没人来, 修好了, 不用来了, 换个时间.

Only the whole message counts: 楼道灯又坏了 tells of something new, 又坏了 of what we know. The tables are patterns with
blanks between them; _ stands for a space, capitals for the groups below.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from flows.understanding.normalise import normalise
from flows.understanding.patterns import alternatives

#: show: how it stands, when, by whom, its number; absent: nobody came; fixed and unfixed: how it ended; note: something
#: for whoever comes; new: another matter; waits: she is content to wait.
FollowUp = Literal["show", "absent", "fixed", "unfixed", "move", "cancel", "note", "new", "waits"]

#: A longer message tells a story.
LONGEST = 40

_GROUPS = {
    "COME": "(?:过?来|上门|到)",
    "THEY": "(?:你们?|您们?|他们?|她们?|师傅|网格员|修的|人家?)?",
    "WHEN": "(?:几点钟?|啥时候?|什么时[候间]|多咱|啥前儿|哪天|几号)",
    "LONG": "(?:多久|多长时间)",
    "MEND": "(?:修|弄|整|办|解决|处理|搞|换)",
    "STILL": "(?:还是?|又|咋还|怎么还|仍然?)",
    "BAD": "(?:漏|坏|堵|不亮|不好使|不行|不通|不热|没好|这样|那样|老样子|一样|响|滴水?|渗|臭)",
    "WHICH": "(?:是?多少|是啥|是什么|忘|找不到|丢|呢)?",
    "MAY": "(?:能不能|可不可以|可以|能|想|我想|我要|要)?",
    "SOMEWHAT": "(?:一?[点天下些]儿?|[两几]天|一?会儿?)?",
    "SOMEBODY": "(?:you|they|he|she|it|somebody|someone|the_manager)",
    "IT": "(?:it|that|this|(?:the|my) (?:visit|appointment|booking))",
}
_SAID: dict[FollowUp, str] = {
    "show": r"""
        THEY(?:是|大概|今天|明天)?WHENTHEYCOME(?:修|办|去)? (?:我|定)?约(?:的|在)?是?(?:WHEN)?
        THEY(?:还|今天|明天|后天|下午|上午){0,2}(?:来不来|来人?吗)
        (?:还|得|要){0,2}等(?:LONG|到?WHEN) LONG(?:才|能|可以){0,2}(?:有)?人?(?:COME|来人)
        我?的?(?:编号|单号|办件号)WHICH
        (?:办|修|弄|处理)?[得的]?(?:咋|怎么)样 (?:有)?(?:进展|结果|消息)(?:没有?)?
        那?(?:暗号|口令|密码)WHICH (?:走|办)?到(?:哪儿?|哪步)
        when_(?:are|will|do|does|is)_SOMEBODY_(?:coming|come|be_here|arrive|arriving) when_is_IT what_time_is_IT
        what_time_(?:are|will|do|does|is)_SOMEBODY_(?:coming|come|be_here|arrive|arriving)
        (?:what_?i?s_)?my_(?:case_)?number (?:what_?i?s_)?the_password
        """,
    "absent": r"""
        (?:等?半天|等半天|等了半天|一直|白)?THEY(?:怎么|咋)?(?:还|都|也)?没(?:有)?(?:见)?人?(?:来|到)(?:过|修|人)?
        没见[着到]?人 白等 (?:nobody|no_?one)_(?:has_)?(?:came|come|showed_up|turned_up)
        (?:he|she|they)_(?:did_not|didnt|never|have_not|havent|has_not|hasnt)_(?:come|came|shown?_up|turn(?:ed)?_up)
        """,
    "fixed": r"""
        THEY(?:都|已经|刚)?MEND(?:好|完|妥|利索) 好使 不漏 灯?亮 THEY来过 来修过 (?:很|挺|非常)?满意 挺好的?
        (?:it_?i?s_|its_|all_)?(?:been_)?(?:fixed|done|repaired|settled|sorted|working)
        (?:he|she|they)_(?:came|(?:have_)?fixed_it|has_been_here)
        """,
    "unfixed": r"""
        (?:都|还|也)?没(?:给)?MEND(?:好|完|妥|利索)? MEND(?:完|好|过)?了?STILLBAD STILLBAD
        THEY来了?(?:但|可)?没(?:给)?MEND
        (?:刚)?MEND好?了?(?:没两天|没几天)又BAD (?:its?_)?(?:is_)?(?:still_)?not_(?:fixed|done|repaired|working|settled)
        (?:its?_)?(?:is_)?still_(?:leaking|broken|leaks|the_same) (?:it_)?broken?_again (?:it_)?(?:is_)?leaking_again
        """,
    "move": r"""
        MAY(?:换|改|调)(?:一?下|个|到)?(?:别的)?(?:时间|日子|时候) MAY(?:延期|改期|另约(?:时间)?)
        MAY(?:往后推|往前提|推迟|延后|提前|早|晚)SOMEWHATCOME?
        (?:(?:can|could)_i_|i_(?:want|need)_to_|id_like_to_)?(?:reschedule|move|change|postpone)(?:_IT)?(?:_time)?
        (?:can|could)_(?:you|they|we)_(?:come|make_it|do_it)_(?:earlier|later|another_(?:day|time)) another_time
        """,
    "cancel": r"""
        (?:我|那|先)?不用THEY再?(?:COME|去|修|办)(?:修|看)? 先?别(?:来|去|修|办) 不(?:修|办|约|去|来)
        取消(?:预约|上门|这个|那个)? (?:i_(?:want|need|would_like)_to_)?(?:cancel|call_off)(?:_IT)?
        (?:i_)?dont_(?:need|want)_IT(?:_any_?more)? (?:you_)?(?:do_not|dont|need_not)_(?:need_to_)?come
        """,
    "new": r"""
        (?:我|还|想|要){0,3}再(?:约|报|办|问|反映)(?:[一两]?[个件次])?(?:事|别的)?
        我?还有[一两]?[个件]?(?:事儿?|问题|别的)(?:事儿?)?
        我?还?(?:有|想问|问)个?别的(?:事儿?)? (?:another|one_more)_(?:thing|question|problem) something_else
        (?:book|make)_another(?:_one|_appointment|_visit)?
        """,
    "waits": r"""
        那?(?:我们?|俺)?(?:就|先|在家){0,3}等(?:着|THEY)(?:COME)? i_?(?:wi)?ll_(?:be_)?wait(?:ing)?
        (?:i|we)_?(?:wi)?ll_be_(?:at_)?home
        """,
}
#: Something for whoever comes, with more behind it.
_NOTE = r"""
THEY(?:COME)?的?(?:时候|之前|前|以前) (?:来|到|上楼|进门|敲门)(?:了|的话|时)?(?:先|就|请)?(?:给我)?(?:打|喊|叫|按|敲|说)
家里有狗 门铃坏 我(?:不|没)?在家?(?:,)?(?:让|叫|我|就)(?:邻居|老伴|孩子|儿子|女儿|我妈|我爸|家里人)
(?:please_)?(?:call|ring|phone|knock|text)(?:_me)?_(?:before|when|at|loudly|first)
"""
#: What stands around it without saying more.
_LEAD = """
那个?_? 请问_? 麻烦_? 我?问一下_? 哎呀?_? 喂_? 你好_? 您好_? 师傅_? 同志_? 我说_? 对了_? 不好意思_? 算了_? 哦_?
please_ sorry_
hi_ hello_ hey_ and_ so_ but_ ok_
"""
_TRAIL = """
了 啊 呀 呢 吗 么 吧 呗 的 嘛 哦 哈 行不行? 行吗 好吗 可以吗 谢谢你?您? 啦 儿 的话 _?please _?thanks _?thank_you _?now
_?today _?yet
"""
_AFTER = rf"(?: ?(?:{alternatives(_TRAIL)})){{0,4}}\Z"
_TELLS = {
    said: re.compile(f"(?:{alternatives(words, _GROUPS)}){_AFTER}") for said, words in _SAID.items()
} | {"note": re.compile(alternatives(_NOTE, _GROUPS))}
_BEFORE = re.compile(f"(?:{alternatives(_LEAD)}){{0,3}}")
_CHINESE_GAP = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


@lru_cache(maxsize=64)
def read_follow_up(text: str) -> FollowUp | None:
    """What the message says of a matter under way, or None if it may be about something else."""
    plain = normalise(text)
    if not plain or len(plain) > LONGEST * (2 if plain.isascii() else 1):
        return None
    words = " ".join(re.sub(r"[^\w ]+", " ", re.sub("['’]", "", plain)).split())
    words = _CHINESE_GAP.sub("", words)
    begins = _BEFORE.match(words)
    for start in dict.fromkeys((begins.end() if begins else 0, 0)):
        for said, pattern in _TELLS.items():
            if pattern.match(words, start):
                return said
    return None
