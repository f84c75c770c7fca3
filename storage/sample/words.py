"""The words of the made-up district, where only the first three communities are not made up."""

from __future__ import annotations

#: Communities and how they are spelt in English; the first three stand in the article.
COMMUNITIES = (
    ("怡安", "Yi'an"),
    ("山水", "Shanshui"),
    ("林海", "Linhai"),
    ("松风", "Songfeng"),
    ("金谷", "Jingu"),
    ("清河", "Qinghe"),
    ("晨曦", "Chenxi"),
    ("和顺", "Heshun"),
    ("同乐", "Tongle"),
    ("春晖", "Chunhui"),
    ("文景", "Wenjing"),
    ("福泽", "Fuze"),
    ("桃园", "Taoyuan"),
    ("云杉", "Yunshan"),
    ("长宁", "Changning"),
    ("望江", "Wangjiang"),
    ("丰禾", "Fenghe"),
    ("新月", "Xinyue"),
    ("柳溪", "Liuxi"),
    ("安康", "Ankang"),
)

#: An estate is one of each: 翠湖花园.
ESTATE_FIRST = "翠锦瑞祥鸿华金玉碧蓝星银紫丽雅景康龙"
ESTATE_SECOND = "湖苑庭泉城岸峰林桥麟"
ESTATE_KINDS = ("小区", "小区", "花园", "家园", "新村")

ROAD_FIRST = "松榆枫桦槐柏杏梨荷菊雁鹤鹿"
ROAD_SECOND = ("林路", "园路", "溪街", "风路", "坡街", "泉路")

PROPERTY = ("和家", "暖邻", "顺意", "北辰", "万事兴", "好邻居", "松江源", "安心")

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    *"伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂",
    *("秀英", "玉兰", "建国", "志强", "海燕", "晓东", "文博", "春梅", "立新", "淑华", "雪松", "佳慧", "永胜"),
    *("丹丹", "宏伟", "思雨", "振东", "桂芝", "金凤", "凯旋", "婷婷", "德福", "新宇", "冬梅", "长江", "亚楠"),
)
