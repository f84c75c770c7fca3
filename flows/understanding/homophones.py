"""Names that sound alike: 宜安 typed for 怡安, 嘉园 for 佳园.

Most residents type by sound, so a wrong character in a name is nearly always one that is read the same. The
groups hold the characters that estates and streets are named with; `fold` replaces each by its group's first.
"""

from __future__ import annotations

_GROUPS = (
    "怡宜仪颐义艺依伊谊溢逸毅益易亿翼,安按桉岸,佳家加嘉,园圆苑院源元原缘远,花华画,林临琳霖邻,海亥,山珊,水,"
    "和合河荷禾贺鹤,平萍坪屏,福富府馥阜,兴星新欣馨鑫心信,丽利立力莉俐,景锦金晶京静劲,阳杨扬洋样,龙隆陇,"
    "盛胜圣升生声,红鸿洪宏虹弘,城成诚程承,天田添甜,都督,东冬栋,西溪夕希熙曦喜,南楠,北贝,中忠钟,明名铭鸣茗,"
    "光广,春纯,秋丘,向祥翔香湘象,万湾,庭亭廷婷,居局聚,庄装,桥乔,江疆姜,松嵩,柏百佰,建健,设社,前钱乾,进近晋,"
    "长常昌畅,康亢,宁凝,顺舜,达大,泰太态,瑞锐睿,御育裕玉誉豫钰宇雨羽,学雪,文纹雯,苹评凭,英莹盈迎赢颖,"
    "凤风丰峰枫沣,蓝兰岚澜,梅美,紫子梓,桃陶,碧璧壁,清青卿,云芸,月悦越跃,港岗,运韵,辉晖惠慧汇徽,志智致,民敏,"
    "胡湖虎,沙莎,通同桐童,友有优佑,站占,铁贴,桂贵,博波,世仕士市事,纪际吉极集,双爽,鹏朋,奥澳傲,"
    "恒衡横,荣容融榕蓉,润,腾藤,尚上,品,尔二"
)
_FIRST = str.maketrans(
    {other: group[0] for group in _GROUPS.split(",") for other in group[1:]}
    | dict(zip("一二三四五六七八九", "123456789", strict=True))
)


def fold(name: str) -> str:
    """`name` with each character replaced by the first one that sounds like it."""
    return name.translate(_FIRST)
