"""Emergencies typed in haste or in Latin letters, put right before they are read: 晕到, mei qi."""

from __future__ import annotations

import re

#: Typed in haste or by sound, and what is meant.
MISTYPED = r"""
(?<!找)着[伙货]=着火 [找招照]火(?![车锅化把箭罐花])=着火 [起失][伙货](?=了|啦|$)=起火 [媒霉][气汽]=煤气 煤汽=煤气
[燃然]汽=燃气 天燃气=天然气
[晕昏][到道](?!底|德)=晕倒 摔到=摔倒 跌到=跌倒 丟=丢 [救就旧][名命]啊=救命啊 ^[就旧]命=救命 自[沙刹]=自杀
跳[搂娄]=跳楼 电[体提](?![高供])=电梯
处电=触电 冒[淹咽言]=冒烟 喘不[上过][汽起]=喘不上气 [乐勒咯](?=$|[,。!])=了
"""
#: Spelled in Latin letters; between the syllables there may be a blank.
PINYIN = """
zhao_huo着火 qi_huo起火 shi_huo失火 mao_yan冒烟 nong_yan浓烟 quan_shi_yan冒烟 bao_zha爆炸 mei_qi煤气 ran_qi燃气
tian_ran_qi天然气
xie_lou泄漏 lou_qi漏气 mei_qi_wei煤气味 ran_qi_wei燃气味 shi_wu_zhong_du食物中毒 shao_kao烧烤 chu_dian触电
bei_dian被电了 lou_le漏了 lou_dian漏电 yun_dao晕倒 hun_dao昏倒 hun_mi昏迷
hu_xi_kun_nan呼吸困难 hen_duo_xue很多血 liu_le_hen_duo_xue流了很多血 liu_xue_bu_zhi流血不止 hun_guo_qu昏过去
xin_zang_bing心脏病 fan_le犯了 xin_zang_teng心脏疼 chuan_bu_shang_qi喘不上气 xiong_kou胸口 xiong_teng胸口疼 teng疼
tu_xue吐血
da_chu_xue大出血 chou_chu抽搐 yao_sheng_le要生了 jiu_hu_che叫救护车 jiu_ming救命 jiu_jiu_wo救救我 shuai_dao摔倒
qi_bu_lai起不来 luo_shui落水
diao_he_li落水 kuai_bu_xing_le快不行了 sha_ren杀人 da_ren打人 da_wo打我 da_jia打架 na_dao拿刀 dong_dao动刀 kan_ren砍人
qiang_jie抢劫
bang_jia绑架 qiang_jian强奸 jia_bao家暴 xiao_tou小偷 jin_zei进贼 jin_wu进屋 za_men砸门 bao_jing报警 zi_sha自杀
tiao_lou跳楼 tiao_he跳河 tiao_jiang跳江 bu_xiang_huo不想活
xiang_si_ni想你 xiang_si_le_ni想你 xiang_si想死 he_yao_le喝药了 he_nong_yao喝农药 ge_wan割腕 kun_zai困在 bei_kun被困
guan_zai关在 kun_zhu困住 chu_bu_lai出不来 huo_bu_xia_qu活不下去 kun_ren困人
dian_ti电梯 dian_ti_li电梯里 you_ren有人 guan_dian_ti困电梯 hai_zi孩子 lao_ren老人 er_zi儿子 nv_er女儿 wo_ma我妈
wo_ba我爸 diu_le丢了 bu_jian_le不见了 zhao_bu_dao找不到 zhao_bu_dao_le找不到了
zou_diu走丢 zou_shi走失 da_shui大水 hong_shui洪水 dian_hua电话 yi_miao疫苗 bao_xian保险 zheng证 ka卡 bao_xiao报销
"""


_MISTYPED = [(re.compile(wrong), right) for wrong, _, right in (w.rpartition("=") for w in MISTYPED.split())]
_SPELLED = sorted(re.findall(r"([a-z_]+)([^a-z_\s]+)", PINYIN), key=lambda pair: -len(pair[0]))
_CHINESE_OF = {letters.replace("_", ""): meaning for letters, meaning in _SPELLED}
_LETTERS = "|".join(letters.replace("_", " ?") for letters, _ in _SPELLED)
#: Up to the end of the word, or to 了: zhaohuo, zhao huo, zhaohuole.
_PINYIN = re.compile(rf"\b(?:{_LETTERS})(?:\b ?|(?=l[ea]\b))")


def put_right(text: str) -> str:
    """The words that haste has misspelled (晕到) and those spelled in Latin letters (yun dao): 晕倒."""
    for wrong, right in _MISTYPED:
        text = wrong.sub(right, text)
    return _PINYIN.sub(lambda found: _CHINESE_OF[found[0].replace(" ", "")], text)
