"""Another document made of a real one: other numbers, days, places, 文号 and title, by a seeded rule; pure.

The rules, in order; references to articles (第八条) stay, so that the numbering of the document does:
1. Its title gets a place in front, everywhere.
2. Years go back by one number of years for the whole document, so that terms stay what they are.
3. The numbers of orders and 文号 are drawn anew.
4. Provinces are exchanged for others, each for one.
5. Amounts, shares and terms grow by a few units or a few times.
"""

import random
import re

from index.numerals import chinese_numeral, parse_numeral

_PROVINCES = (
    "北京市 天津市 河北省 山西省 内蒙古自治区 辽宁省 吉林省 黑龙江省 上海市 江苏省 浙江省 安徽省 福建省 江西省 山东省 "
    "河南省 湖北省 湖南省 广东省 广西壮族自治区 海南省 重庆市 四川省 贵州省 云南省 西藏自治区 陕西省 甘肃省 青海省 "
    "宁夏回族自治区 新疆维吾尔自治区"
)
_CITIES = (
    "石家庄 唐山 秦皇岛 邯郸 保定 太原 大同 阳泉 长治 呼和浩特 包头 赤峰 沈阳 大连 鞍山 抚顺 本溪 丹东 长春 吉林 四平 "
    "哈尔滨 齐齐哈尔 大庆 佳木斯 南京 无锡 徐州 常州 苏州 南通 扬州 镇江 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 合肥 芜湖 "
    "蚌埠 马鞍山 福州 厦门 泉州 漳州 南昌 景德镇 九江 赣州 济南 青岛 淄博 烟台 潍坊 济宁 泰安 威海 郑州 开封 洛阳 新乡 "
    "武汉 黄石 十堰 宜昌 襄阳 荆州 长沙 株洲 湘潭 衡阳 岳阳 广州 韶关 深圳 珠海 汕头 佛山 湛江 东莞 中山 南宁 柳州 桂林 "
    "海口 三亚 成都 自贡 攀枝花 泸州 德阳 绵阳 宜宾 贵阳 遵义 昆明 曲靖 玉溪 拉萨 西安 铜川 宝鸡 咸阳 汉中 兰州 嘉峪关 "
    "天水 西宁 银川 石嘴山 乌鲁木齐 克拉玛依 沧州 廊坊 衡水 晋城 朔州 乌海 通辽 营口 阜新 辽阳 通化 白山 鸡西 鹤岗 "
    "连云港 淮安 盐城 泰州 舟山 台州 丽水 淮南 铜陵 安庆 莆田 龙岩 萍乡 新余 日照 德州"
)
PROVINCES = tuple(_PROVINCES.split())
PLACES = (*PROVINCES, *(f"{city}市" for city in _CITIES.split()))
"""What stands in front of titles: one for each round."""
_NATIONAL = "中华人民共和国"
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\s*[年〕\]])")
_OF_DOCUMENT = re.compile(r"(?<=[〕\]第])(\d{1,4})(?=号)")
_UNIT = r"(?:个?工作日|个月|日内|日前|[亿万]?元|年以[上下]|年内|倍|名|人|吨|千瓦|公里|平方米|米|%|％)"
_AMOUNT = re.compile(
    rf"(?<![\d.第年月〇零一二三四五六七八九十百千])(\d{{1,4}}|[一二三四五六七八九十百]+)(?={_UNIT})"
)


def varied(text: str, title: str, place: str, seed: str) -> str:
    """The document `text`, whose title is `title`, as that of `place`; the same `seed` gives the same text."""
    draw = random.Random(seed)  # noqa: S311
    text = _titled(text, title, place)
    back = draw.randint(1, 6)
    text = _YEAR.sub(lambda m: str(int(m[1]) - back), text)
    text = _OF_DOCUMENT.sub(lambda _: str(draw.randint(1, 900)), text)
    text = _moved(text, place, draw)
    return _AMOUNT.sub(lambda m: _grown(m[1], draw), text)


def _titled(text: str, title: str, place: str) -> str:
    """The title may run over lines; what is national becomes the place's own."""
    spread = re.compile(r"\s*".join(map(re.escape, title)))
    own = place + title.removeprefix(_NATIONAL)
    return spread.sub(lambda _: own, text)


def _moved(text: str, place: str, draw: random.Random) -> str:
    others = list(PROVINCES)
    draw.shuffle(others)
    to = dict(zip(PROVINCES, others, strict=True))
    pattern = re.compile("|".join(p for p in PROVINCES if p != place))
    return pattern.sub(lambda m: to[m[0]], text)


def _grown(number: str, draw: random.Random) -> str:
    value = parse_numeral(number)
    if value is None:
        return number
    grown = min(value * draw.choice((1, 2, 3)) + draw.randint(1, 5), 9999)
    return str(grown) if number.isascii() else chinese_numeral(grown)
