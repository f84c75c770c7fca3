"""One spelling for one text, before anything is read in it.

Residents write full-width digits, traditional characters, capitals and line breaks. Everything in this
package reads the text that `normalise` returns, and every span it gives counts characters of that text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Traditional and simplified in pairs: what addresses, papers, repairs and alarms are written with.
#: 著 and 乾 are left alone, for they are also right in simplified text (著名, 乾坤).
PAIRS = (
    "國国區区縣县鄉乡鎮镇衛卫東东號号樓楼棟栋單单門门戶户層层間间廈厦園园莊庄灣湾嶺岭橋桥塊块鐵铁龍龙鳳凤華华"
    "麗丽豐丰慶庆興兴寧宁陽阳陰阴無无電电燈灯氣气漿浆滲渗溝沟蓋盖牆墙壞坏髒脏亂乱臺台颱台風风凍冻熱热煙烟燒烧"
    "災灾滅灭搶抢殺杀傷伤險险驚惊醫医療疗藥药養养補补貼贴殘残證证書书執执業业務务辦办審审開开關关報报費费錢钱"
    "財财產产稅税帳账賬账據据發发這这個个們们來来時时點点鐘钟後后幾几兩两從从對对還还沒没會会說说話话請请問问"
    "讓让給给過过進进遠远邊边裡里裏里麼么為为與与爾尔應应當当實实現现見见觀观視视覺觉聽听聞闻讀读寫写記记認认"
    "識识語语議议論论訴诉訪访調调詢询詳详諮咨車车軍军輛辆輪轮運运達达遷迁遲迟選选郵邮鄰邻離离難难雙双雜杂雞鸡"
    "靜静響响頂顶項项順顺須须預预領领頭头題题顯显飛飞飯饭飲饮館馆馬马駐驻騙骗騷骚驗验體体髮发鬧闹魚鱼鳥鸟麥麦"
    "黃黄齊齐齡龄歲岁歷历曆历歸归殼壳學学習习師师員员級级紙纸紅红約约紀纪細细終终結结統统絕绝經经維维網网綠绿"
    "線线編编緊紧總总績绩繳缴續续纏缠買买賣卖貨货質质購购貴贵貸贷資资賠赔賴赖贏赢趕赶跡迹蹤踪躍跃輕轻較较輸输"
    "轉转農农迴回鄭郑醬酱釋释針针銀银銷销鋪铺錄录錯错鍋锅鍵键鎖锁鏡镜鑰钥長长閃闪閉闭閘闸閱阅闊阔隊队陳陈陸陆"
    "隨随隱隐雖虽靈灵鞏巩韓韩頻频額额顧顾飄飘餘余騎骑騰腾驟骤鬆松鬥斗鹽盐齒齿龜龟備备傳传債债傾倾僅仅價价儀仪"
    "億亿償偿優优兒儿內内冊册淨净準准凜凛劃划劇剧劉刘動动勞劳勢势勝胜勵励勸劝匯汇協协厲厉參参吳吴啟启喪丧喬乔"
    "嗎吗嘆叹嚇吓嚴严團团圍围圖图圓圆場场壓压壘垒壯壮壽寿夠够夢梦奪夺奮奋婦妇媽妈嬰婴孫孙宮宫寬宽寶宝將将專专"
    "尋寻導导屆届屍尸屬属岡冈島岛崗岗帶带幣币幫帮庫库廁厕廚厨廠厂廣广廳厅強强彈弹彌弥徑径復复徵征恆恒悶闷惡恶"
    "愛爱態态慘惨慣惯憂忧憑凭懷怀懸悬戰战戲戏拋抛挾挟捨舍掃扫掛挂採采換换揮挥損损搖摇撥拨撲扑擊击擋挡擔担擠挤"
    "擾扰攔拦攜携攝摄敗败敵敌數数斷断於于昇升暈晕暫暂曬晒朧胧條条楊杨榮荣構构槍枪樁桩樂乐樣样樹树橫横機机檔档"
    "檢检櫃柜權权欄栏歡欢歐欧氫氢汙污決决況况洩泄淚泪淺浅減减測测渾浑湧涌滾滚滿满漲涨潔洁潛潜潤润濕湿濟济瀏浏"
    "瀝沥灑洒烏乌煉炼煩烦爐炉爛烂爭争爺爷牽牵狀状猶犹獎奖獨独獲获獻献環环瑣琐畝亩畢毕畫画異异瘋疯癢痒癲癫皺皱"
    "盜盗監监盤盘盡尽睏困瞭了矚瞩礙碍碼码確确磚砖礦矿禍祸禮礼稱称種种穩稳窩窝窮穷竊窃競竞筆笔節节範范築筑簡简"
    "簽签籃篮糧粮糾纠純纯紐纽紡纺組组織织罰罚罷罢聯联聰聪職职腎肾脫脱腦脑腫肿膽胆臉脸臨临舉举舊旧艙舱艱艰藝艺"
    "蘇苏蘭兰處处虛虚蟲虫衝冲裝装褲裤規规親亲計计訂订訊讯託托訓训設设許许評评詐诈試试該该誤误課课誰谁講讲謝谢"
    "譯译護护變变讚赞貓猫負负貧贫責责賊贼趙赵踐践軌轨軟软載载輔辅輩辈辭辞邏逻鄧邓醜丑鈔钞銅铜鋼钢鍊炼鏟铲鑽钻"
    "閥阀闖闯闆板陣阵階阶際际頁页顏颜願愿類类飢饥飼饲驅驱鴨鸭鵝鹅麵面癱瘫嘔呕噴喷墜坠塵尘塗涂夾夹妝妆姦奸娛娱"
    "嶽岳嶄崭傢家閒闲鑒鉴臘腊紛纷繫系係系製制複复佈布併并並并週周鍾钟廢废隻只剛刚嚨咙籠笼葉叶墻墙菸烟燬毁錶表"
    "儲储遺遗撫抚殯殡囑嘱繼继僑侨絡络綁绑脅胁喚唤嚥咽嗆呛燙烫觸触臥卧癥症瀉泻瀕濒撐撑臟脏脈脉骯肮攤摊販贩佔占"
    "違违剷铲積积鏽锈銹锈鬱郁盪荡櫥橱簾帘纜缆鋁铝廬庐澤泽鵬鹏鴻鸿銳锐賢贤煥焕瑩莹瓊琼蓮莲薈荟蕓芸薊蓟邁迈駿骏"
    "驛驿驪骊皚皑灘滩瀾澜濱滨濤涛潯浔滬沪熾炽燁烨"
)
_SIMPLIFIED = str.maketrans(dict(zip(PAIRS[0::2], PAIRS[1::2], strict=True)))

#: Written but not seen: zero-width characters, direction marks, variation selectors, the soft hyphen.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
#: Typed by sound: 暖汽 for 暖气.
_MISTYPED = re.compile("(?<=[暖煤燃])汽")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")


@lru_cache(maxsize=64)  # every reader asks for the same few texts
def normalise(text: str) -> str:
    """The text in half-width, simplified, lower case, with single spaces; doing it twice does nothing."""
    seen = _UNSEEN.sub("", text)
    # Lower case is not always in normal form (İ), hence twice.
    small = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).lower())
    return _MISTYPED.sub("气", _SPACE.sub(" ", small.translate(_SIMPLIFIED)).strip())
