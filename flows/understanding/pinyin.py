"""The sound of a Chinese name in letters, without tones: 怡安 is "yian".

Residents type by sound (遗安 for 怡安), and those without Chinese keys type the sound itself. The common characters of
GB 2312 stand in the order of their sounds, so the first one of each sound tells where it begins: that is a table of
400 entries instead of 3,755. A character with several sounds has the one it is sorted by (长 chang, 厦 xia).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

_FIRST_OF_EACH = (
    "啊a埃ai鞍an肮ang凹ao芭ba白bai斑ban邦bang苞bao杯bei奔ben崩beng逼bi鞭bian标biao鳖bie彬bin兵bing玻bo捕bu"
    "擦ca猜cai餐can苍cang操cao厕ce层ceng插cha拆chai搀chan昌chang超chao车che郴chen撑cheng吃chi充chong抽chou"
    "初chu揣chuai川chuan疮chuang吹chui春chun戳chuo疵ci聪cong凑cou粗cu蹿cuan摧cui村cun磋cuo搭da呆dai耽dan"
    "当dang刀dao德de蹬deng堤di颠dian碉diao跌die丁ding丢diu东dong兜dou督du端duan堆dui墩dun掇duo蛾e恩en而er发fa"
    "藩fan坊fang菲fei芬fen丰feng佛fo否fou夫fu噶ga该gai干gan冈gang篙gao哥ge给gei根gen耕geng工gong钩gou辜gu"
    "刮gua乖guai棺guan光guang瑰gui辊gun锅guo哈ha骸hai酣han夯hang壕hao呵he嘿hei痕hen哼heng轰hong喉hou呼hu花hua"
    "槐huai欢huan荒huang灰hui荤hun豁huo击ji嘉jia歼jian僵jiang蕉jiao揭jie巾jin荆jing炯jiong揪jiu鞠ju捐juan"
    "撅jue均jun喀ka开kai刊kan康kang考kao坷ke肯ken坑keng空kong抠kou枯ku夸kua块kuai宽kuan匡kuang亏kui坤kun括kuo"
    "垃la莱lai蓝lan琅lang捞lao勒le雷lei棱leng厘li俩lia联lian粮liang撩liao列lie琳lin玲ling溜liu龙long楼lou芦lu"
    "驴lv峦luan掠lve抡lun萝luo妈ma埋mai瞒man芒mang猫mao么me玫mei门men萌meng眯mi棉mian苗miao蔑mie民min明ming"
    "谬miu摸mo谋mou拇mu拿na氖nai南nan囊nang挠nao呢ne馁nei嫩nen能neng妮ni蔫nian娘niang鸟niao捏nie您nin柠ning"
    "牛niu脓nong奴nu女nv暖nuan虐nve挪nuo哦o欧ou啪pa拍pai攀pan乓pang抛pao呸pei喷pen砰peng坯pi篇pian飘piao撇pie"
    "拼pin乒ping坡po扑pu期qi掐qia牵qian枪qiang橇qiao切qie钦qin青qing琼qiong秋qiu趋qu圈quan缺que裙qun然ran"
    "瓤rang饶rao惹re壬ren扔reng日ri戎rong揉rou茹ru软ruan蕊rui闰run若ruo撒sa腮sai三san桑sang搔sao瑟se森sen"
    "僧seng莎sha筛shai珊shan墒shang梢shao奢she砷shen声sheng师shi收shou蔬shu刷shua摔shuai栓shuan霜shuang谁shui"
    "吮shun说shuo斯si松song搜sou苏su酸suan虽sui孙sun蓑suo塌ta胎tai坍tan汤tang掏tao特te藤teng梯ti天tian挑tiao"
    "贴tie厅ting通tong偷tou凸tu湍tuan推tui吞tun拖tuo挖wa歪wai豌wan汪wang威wei瘟wen嗡weng挝wo巫wu昔xi瞎xia"
    "掀xian相xiang萧xiao楔xie薪xin星xing兄xiong休xiu墟xu轩xuan靴xue勋xun压ya焉yan殃yang邀yao椰ye一yi茵yin"
    "英ying哟yo拥yong幽you迂yu鸳yuan曰yue耘yun匝za栽zai咱zan赃zang遭zao责ze贼zei怎zen增zeng扎zha摘zhai瞻zhan"
    "樟zhang招zhao遮zhe珍zhen蒸zheng芝zhi中zhong舟zhou珠zhu抓zhua拽zhuai专zhuan桩zhuang椎zhui谆zhun捉zhuo兹zi"
    "鬃zong邹zou租zu钻zuan嘴zui尊zun昨zuo"
)
#: Rarer characters that names like; GB 2312 sorts these by their strokes.
_RARER = (
    "嫒ai 桉an 岙ao 蓓bei 璧bi 缤bin 宸chen 晟cheng 坻chi 琮cong 邸di 翡霏fei 沣feng 馥fu 瀚han 昊灏皓颢hao "
    "蘅heng 泓hong 琥hu 桦hua 寰huan 湟huang 晖荟蕙hui 霁ji 皎jiao 瑾jin 婧憬泾璟菁jing 涓隽juan 恺kai 锟kun "
    "涞lai 岚lan 阆lang 俪藜郦li 麟lin 翎ling 珑long 璐鹭lu 栾luan 泺luo 缦man 湄mei 闵min 茗ming 茉mo 沐mu "
    "楠nan 侬nong 珀鄱po 濮璞pu 淇琦琪祺绮骐麒qi 倩qian 溱qin 嵘榕rong 洳ru 睿芮rui 偌ruo 莘shen 沭澍shu "
    "凇嵩淞song 韬tao 婷ting 潼tong 葳薇wei 雯wen 曦浠熹玺禧郗xi 榭xie 昕鑫馨xin 暄炫璇萱xuan 垭娅ya "
    "俨妍晏滟yan 烨邺ye 怡漪熠羿翊yi 鄞yin 滢璎颍ying 宥you 煜瑜钰yu 塬沅鸢yuan 樾玥yue 纭芸yun 璋zhang "
    "桢zhen 峥zheng 芷zhi 苎zhu 梓zi"
)
_PAIRS: list[tuple[str, str]] = re.findall(r"([\u4e00-\u9fff]+)([a-z]+)", _FIRST_OF_EACH)
_STARTS = [first.encode("gb2312") for first, _ in _PAIRS]
_END = "座".encode("gb2312")
_BY_HAND: dict[str, str] = {
    character: sound
    for found, sound in re.findall(r"([\u4e00-\u9fff]+)([a-z]+)", _RARER)
    for character in found
}


def pinyin(name: str) -> str:
    """The sounds of a name run together (怡安小区 is yianxiaoqu), or nothing if one of them is not known."""
    sounds = [_sound(character) for character in name]
    return "".join(sounds) if all(sounds) else ""


@lru_cache(maxsize=4096)
def _sound(character: str) -> str:
    if character in _BY_HAND:
        return _BY_HAND[character]
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    known = len(code) == 2 and _STARTS[0] <= code <= _END
    return _PAIRS[bisect_right(_STARTS, code) - 1][1] if known else ""
