"""Questions that the directory answers in the middle of any talk: when do you close, what must I bring?"""

from __future__ import annotations

import re
from typing import Literal

from flows.understanding.normalise import normalise
from flows.understanding.patterns import Words

Asked = Literal["hours", "bring", "cost", "days", "phone", "place", "who"]

#: Short on purpose: a longer message tells a story, and what it asks is a wish.
LONGEST = 40

_SIGNS: dict[Asked, str] = {
    "hours": r"""
        几点(?:上班|下班|开门|关门|开始办|休息|能办|开|关|到几点|营业|结束)
        (?:上班|下班|开门|关门|营业|办公|工作|午休|休息)(?:时间|是?几点)
        DAY.{0,4}(?:上班|开门|开不开|办公|营业|休息|有人(?:值班)?)(?:没|END)
        啥(?:时候|前儿|点)(?:上班|下班|开门|关门|开|休息)
        什么时(?:候|间)(?:上班|下班|开门|关门|休息|开) (?:上|下)班没 开门[了没吗]
        \b(?:opening|office|working|business|closing)_(?:hours?|times?)
        \bwhat_time_(?:do|does|are|is)_.{0,20}(?:open|close|start|finish|shut)
        \bwhen_(?:do|does|are|is)_.{0,20}(?:open|close|shut) \bare_you_open \bhow_late_are_you
        \bopen_(?:on_)?(?:weekends?|saturdays?|sundays?|today|tomorrow|now)
    """,
    "bring": r"""
        (?:带|拿|备|准备|交|提供|需要|需|要)(?:些|点|哪些|几样)?WHAT(?!时候|时间|前儿|意思|条件|事)
        WHAT(?:材料|证件|手续|东西|证明|资料) (?:材料|证件|手续)(?:都)?(?:有|要|是|需要)WHAT
        (?:用|要|得|需不需要|需要|用不用|要不要)(?:带|拿).{1,8}END 原件还是复印件
        带谁的 照片.{0,2}要?几[张寸] \bdo_i_need_(?:my|an?|the)_(?:id|passport|card|photo)
        \bwhat_(?:do|should|must|shall|to|documents?|papers?).{0,20}(?:bring|need|required|carry|take_along)
        \bwhich_(?:documents?|papers?) \bdo_i_(?:need|have)_to_bring \bwhat_(?:documents?|papers?|paperwork)
        \bneed_(?:my_)?(?:id|passport)(?:_card)?_?\?
    """,
    "cost": r"""
        多少钱 要钱[吗么不] 收费[吗么不] 怎么收费 咋收费 (?:要|用|需要|得)(?:不要|不用)?(?:花|交|给|掏|收)(?:多少)?钱
        免费[的]?[吗么不]?(?:\?|$) 贵不贵 (?:手续|工本)费 不?要钱(?:吧|啊|呀|$) 是不是免费 免不免费 什么费用
        费用(?:多少|是|怎么) 收不收(?:费|钱) 花钱[吗么不]
        几块钱 价格(?:多少|是) 啥价 \bhow_much(?!_longer|_time) \bwhat.{0,12}(?:cost|fee|price)\b
        \bis_it_free \bfor_free_?\? \b(?:any|a)_(?:fee|charge) \bdo_i_(?:have_to_)?pay
    """,
    "days": r"""
        (?:HOWLONG|多咱|啥(?:时候|前儿)|什么时候)(?:才)?(?:能|可以|会)?(?:办好|办完|办下来|出结果|下来|拿到|取|有结果|完事|好|办成)
        (?:得|要|需要)(?:等)?HOWLONG(?!钱) 几天(?:能|可以|的事) 多久.{0,3}(?:修|办|弄|装|换)好 ^几个工作日
        当天(?:能|可以).{0,3}(?:办|拿|取)
        (?:能|可以)(?:当场|当天|马上)(?:办|拿|取).{0,3}END 多久(?:呢|啊|\?|$)
        \bhow_(?:long|many_days)\b
        \bwhen_(?:will|can|do)_(?:it|i|this|that)_.{0,12}(?:ready|done|finished|get_it|collect)
    """,
    "phone": r"""
        (?<!打)TEL(?:是)?(?:多少|几|啥|什么|呢|号|有吗|\?|$) (?:有|给个?|留个?|要个?|报下|说下)(?:啥|什么|哪个)?TEL
        (?<!打)TEL.{0,3}(?:给|发|告诉)我 打哪个TEL
        怎么联系 咋联系 \bwhich_number \b(?:phone|telephone|contact)_?(?:number|no\.?)?_?\?
        \bwhat.{0,12}(?:phone|telephone|number_(?:to|can|should)) \b(?:phone|telephone)_number
        \bhow_(?:can|do)_i_(?:call|reach|contact) \bnumber_to_call \bwho_(?:can|do|should)_i_call
    """,
    "place": r"""
        (?:在|去|到|上|搁|往)(?:哪|哪里|哪儿|什么地方|啥地方|哪疙瘩|哪旮旯)(?:办|找你|走|去|$|[啊呢呀儿\?])
        (?:怎么|咋)(?:走|去|坐车|过去|找) (?:大厅|社区|窗口|你们|服务站)(?:的)?(?:地址|位置|在哪|搁哪)
        地址(?:是|在)?(?:哪|多少|什么|啥) 地址.{0,3}(?:发|给|告诉)我 搬哪 坐几路|几路车 在几楼 几号窗口 哪个窗口
        \bwhere_(?:is|are|'s|do|can|should)\b \bhow_(?:do|can)_i_(?:get|come|find)_(?:there|you|to_you|it)
        \bwhich_(?:floor|window|hall|counter) \bwhat.{0,8}address
    """,
    "who": r"""
        谁(?:来|上门|过来|去|负责|管|接待|给|接|修|会来)(?!修好|了) (?:来|上门|过来)的(?:是|人)(?:谁|啥人|什么人)
        是谁(?:来|负责|管) (?:哪个|哪位|什么|啥)(?:人|师傅|工作人员|同志|网格员|网格长)
        来的?(?:人)?叫(?:啥|什么) 来的人叫 是.{1,6}来还是 网格员(?:是谁|叫啥|叫什么|姓) 师傅(?:姓|叫)
        \bwho_(?:will|is|'s|are|does|comes?|handles?)\b
        \bwhose_job \bwhich_(?:person|worker|manager|clerk) \bname_of_(?:the|my)_
    """,
}
_GROUPS = {
    "DAY": "(?:周末|周六|周日|星期[六天日]|礼拜[六天日]|中午|午休|节假日|放假|今天|明天|现在|晚上|过节|国庆|春节|元旦)",
    "WHAT": "(?:什么|啥|哪些)",
    "HOWLONG": "(?:几天|多少天|多久|多长时间|几个工作日)",
    "TEL": "(?:电话|座机|联系方式|手机号?|号码)",
    "END": r"(?:吗|么|不|嘛|呢|\?|$)",
}
_PATTERNS = {asked: Words(words, _GROUPS) for asked, words in _SIGNS.items()}
#: What makes it a request for a person's doing after all, or tells of her own hours.
_WISH = re.compile(
    r"没人(?:来|管)|谁(?:来)?(?:管管|帮帮)|改(?:成|到)|换(?:成|到)"
    r"|^(?!.*(?:你们|物业|窗口|大厅|社区|他们)).*(?:我.{0,3}|(?<!不)[要得])上班$"
)


def read_question(text: str) -> Asked | None:
    """What a short message asks about, or None."""
    text = normalise(text)
    if len(text) > LONGEST * (2 if text.isascii() else 1) or _WISH.search(text):
        return None
    return next((asked for asked, signs in _PATTERNS.items() if signs.search(text)), None)
