"""What happens between the demo company and a client, as scripts: who writes what, how many days later.

`who` and the names after @ are parts in the story: owner, head (of the owner's department), chief (who signs in
as administrator), director, engineer, support, marketing. {person} is somebody at the client's, {n} a number of
things, {sum} an amount. A step may change the client's status.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One act of a story: days after the one before, by whom, the note in English and Russian."""

    after: int
    who: str
    en: str = ""
    ru: str = ""
    status: str = ""


@dataclass(frozen=True)
class Story:
    """A script; `teams` are those of the owners to whom it happens (all if empty)."""

    steps: tuple[Step, ...]
    teams: tuple[str, ...] = ()


BEGINNINGS = (
    Story((
        Step(0, "owner", "First call. {person} plans to replace {n} workplaces before the end of the quarter and asks "
             "for two variants: buying and leasing.",
             "Первый звонок. {person} планирует обновить {n} рабочих мест до конца квартала, просит два варианта: "
             "покупка и лизинг."),
        Step(2, "owner", "Sent the offer for {sum}: {n} workplaces with three years of warranty on site. "
             "@{engineer} please look at the network part before Friday.",
             "Отправили предложение на {sum}: {n} рабочих мест, гарантия три года с выездом. "
             "@{engineer}, посмотрите, пожалуйста, сетевую часть до пятницы."),
        Step(3, "engineer", "Looked at the plans. The cabling can stay, two switches have to be replaced. "
             "Adds about 4 % to the price.",
             "План изучен вместе с их администратором: кабель остаётся, два коммутатора под замену. "
             "Это около 4 % к цене."),
        Step(6, "owner", "{person} asks for 5 % off if they pay in advance. @{chief} may I?",
             "{person} просит скидку 5 % при предоплате. @{chief}, согласуете?"),
        Step(1, "chief", "Agreed, on advance payment only. Please put the condition into the contract.",
             "Согласовано, только при предоплате. Внесите условие в договор."),
        Step(5, "owner", "Contract signed: {n} workplaces, delivery in two parts.",
             "Договор подписан: {n} рабочих мест, поставка в два этапа.", "client"),
        Step(12, "support", "First part delivered and set up. One monitor exchanged under warranty the same day.",
             "Первая партия доставлена и подключена. Один монитор заменён по гарантии в тот же день."),
        Step(14, "support", "Second part is in place, acceptance report signed by {person}.",
             "Вторая партия установлена, акт подписан. Со стороны клиента — {person}."),
        Step(21, "owner", "Asked how it goes: content. They may need a meeting room set in spring.",
             "Контрольный звонок: всё работает. Весной возможна переговорная под ключ."),
    ), ("computers",)),
    Story((
        Step(0, "owner", "Tender invitation received: server room and network for {n} workplaces. Documents are due in "
             "three weeks. @{engineer} please take the technical part.",
             "Получили приглашение на тендер: серверная и сеть на {n} рабочих мест. Срок подачи — три недели. "
             "@{engineer}, возьмите техническую часть."),
        Step(4, "engineer", "Survey on site done. Cooling is the weak point; photographs and the plan are in the "
             "project folder.",
             "Обследование на объекте проведено. Слабое место — охлаждение, фото и план в папке проекта."),
        Step(9, "owner", "Offer for {sum} handed in. {person} opens the envelopes next week.",
             "Подали предложение на {sum}. Вскрытие конвертов на следующей неделе, проводит {person}."),
        Step(8, "head", "We are second by price and first by technical points. Asked for a meeting.",
             "Мы вторые по цене и первые по технической части. Запрошена встреча."),
        Step(5, "owner", "Meeting with {person}: we won. Start next month, payment in three stages.",
             "Встреча, участвует {person}: мы выиграли. Старт в следующем месяце, оплата в три этапа.", "client"),
        Step(20, "engineer", "Racks and cooling mounted. Cabling starts on Monday.",
             "Стойки и охлаждение смонтированы. С понедельника — кабель."),
        Step(25, "engineer", "Network is up, measured and documented. @{support} over to you for maintenance.",
             "Сеть запущена, измерения и документация готовы. @{support}, передаём на обслуживание."),
        Step(3, "support", "Taken over. Monthly visits agreed with {person}, first Tuesday of the month.",
             "Приняли. Ежемесячные визиты — первый вторник месяца, контакт: {person}."),
    ), ("integration", "computers")),
    Story((
        Step(0, "owner", "Visited the showroom. {person} is furnishing {n} rooms and likes the oak line.",
             "Визит в салон. {person} обставляет помещения ({n}), понравилась серия «дуб»."),
        Step(3, "owner", "Drawings and two fabric samples sent. Sum about {sum}.",
             "Отправлены эскизы и два образца ткани. Ориентир — {sum}."),
        Step(7, "owner", "{person} chose the darker fabric. Delivery must not be on a weekend.",
             "{person} выбирает тёмную ткань. Доставка — только в будни."),
        Step(4, "owner", "Ordered. Advance payment has arrived.", "Заказ оформлен, аванс поступил.", "client"),
        Step(30, "support", "Assembled in one day. A scratched table top will be exchanged next week.",
             "Собрали за день. Поцарапанную столешницу заменим на следующей неделе."),
        Step(7, "support", "Table top exchanged, no open points.", "Столешница заменена, вопросов нет."),
    ), ("furniture",)),
    Story((
        Step(0, "owner", "Asks for a monthly delivery of paper and toner for {n} printers, invoices at month's end.",
             "Запрос на ежемесячную поставку бумаги и тонера на {n} принтеров, счёт в конце месяца."),
        Step(1, "owner", "Price list sent, with the discount for a yearly contract.",
             "Отправлен прайс со скидкой за годовой договор."),
        Step(9, "owner", "{person} wants to try one month first. Trial delivery agreed.",
             "{person} хочет сначала попробовать месяц. Договорились о пробной поставке."),
        Step(30, "owner", "Trial went well, contract for a year signed: about {sum}.",
             "Пробный месяц прошёл хорошо, годовой договор подписан: около {sum}.", "client"),
        Step(60, "owner", "Consumption is higher than planned; offered the bigger package.",
             "Расход выше плана, предложен больший пакет."),
    ), ("stationery", "shop")),
    Story((
        Step(0, "owner", "Came in with a voucher from the exhibition. Looking for presents for {n} employees.",
             "Пришли с купоном с выставки. Ищут подарки для сотрудников, {n} комплектов."),
        Step(2, "owner", "{person} chose sets and asks for our logo to be left off. Bill for {sum}.",
             "{person} выбирает наборы, просит без нашего логотипа. Счёт на {sum}."),
        Step(4, "owner", "Paid and picked up.", "Оплачено, забрали самовывозом.", "client"),
        Step(40, "marketing", "Answered the survey: 9 of 10, wishes longer hours on Saturday.",
             "Ответ на опрос: 9 из 10, пожелание — дольше работать в субботу."),
    ), ("shop", "stationery")),
    Story((
        Step(0, "owner", "Wants to sell our line in the region. {person} has three shops and a repair point.",
             "Хотят продавать нашу линейку в регионе. {person}: три магазина и пункт ремонта."),
        Step(6, "head", "Checked the figures, looks sound. Dealer agreement is with the lawyers.",
             "Показатели проверены, всё в порядке. Дилерский договор у юристов."),
        Step(12, "owner", "Agreement signed, dealer discount of the second level.",
             "Договор подписан, скидка дилера второго уровня.", "partner"),
        Step(25, "marketing", "Sent the spring materials and the logo rules. @{owner} please ask for "
             "photographs of the window.",
             "Отправлены весенние материалы и правила логотипа. @{owner}, попросите фото витрины."),
        Step(9, "owner", "Photographs are here, the window looks good.", "Фото получены, витрина хорошая."),
        Step(45, "owner", "Quarter closed at {sum}, above plan. {person} asks about the third level of discount.",
             "Квартал закрыт на {sum}, выше плана. {person} спрашивает о скидке третьего уровня."),
    ), ("agency",)),
)
"""How it goes well."""

OPEN = (
    Story((
        Step(0, "owner", "Met at the exhibition, card received. Interested in {n} notebooks for the field staff.",
             "Познакомились на выставке, взяли визитку. Интерес: {n} ноутбуков для выездных сотрудников."),
        Step(5, "owner", "Sent an overview with three models. {person} compares with another offer.",
             "Отправлен обзор трёх моделей. {person} сравнивает с другим предложением."),
        Step(14, "owner", "Called back: the budget is decided next month. Reminder set.",
             "Перезвонили: бюджет утверждают в следующем месяце. Поставлено напоминание."),
        Step(28, "owner", "{person} asks to test one device for a week. @{support} please prepare the demo unit.",
             "{person} просит одно устройство на неделю на пробу. @{support}, подготовьте, пожалуйста, демо."),
        Step(3, "support", "Demo unit handed over, to be returned in a week.", "Демо передано, возврат через неделю."),
    )),
    Story((
        Step(0, "marketing", "Filled in the form on the site: wants prices for {n} workplaces. @{owner} for you.",
             "Заявка с сайта: нужны цены на {n} рабочих мест. @{owner}, для вас."),
        Step(1, "owner", "Called: {person} decides together with the accountant, likes to get things in writing.",
             "Звонок: {person} решает вместе с бухгалтером, удобнее письменно."),
        Step(4, "owner", "Offer sent: {sum}.", "Предложение отправлено: {sum}."),
        Step(11, "owner", "Question about delivery times answered.", "Ответили на вопрос о сроках поставки."),
        Step(17, "head", "Joined the call. They fear the change-over: offered to move the data for them.",
             "Участие в звонке. Опасаются переезда — предложили перенести данные за них."),
    )),
    Story((
        Step(0, "owner", "Recommended by an old client. {person} wants to see our work before talking about money.",
             "Пришли по рекомендации. {person} хочет сначала увидеть наши работы, потом говорить о деньгах."),
        Step(8, "owner", "Showed two projects on site. Good talk; they keep asking about service at the weekend.",
             "Показали два проекта на объектах. Хороший разговор, важен сервис в выходные."),
        Step(6, "owner", "@{support} what would weekend duty cost for {n} devices?",
             "@{support}, во сколько обойдётся дежурство в выходные на {n} устройств?"),
        Step(2, "support", "With remote help about a fifth more; with visits I would not promise it.",
             "С удалённой помощью примерно на пятую часть дороже, выезд обещать не стоит."),
    )),
)
"""What has not been decided."""

FOLLOWING = (
    Story((
        Step(0, "support", "Call: a printer on the second floor jams. Remote help did not do, visit tomorrow.",
             "Заявка: принтер на втором этаже жуёт бумагу. Удалённо не решилось, выезд завтра."),
        Step(1, "support", "Roller replaced. {person} confirms that it works.",
             "Ролик заменён. Работу подтверждает {person}."),
    )),
    Story((
        Step(0, "owner", "They are opening a second office and need {n} more workplaces. Budget {sum}.",
             "Открывают второй офис, нужно ещё {n} рабочих мест. Бюджет {sum}."),
        Step(4, "owner", "Offer sent, with the same conditions as last time. @{head} please hold the stock.",
             "Предложение отправлено на прежних условиях. @{head}, придержите, пожалуйста, склад."),
        Step(1, "head", "Reserved for two weeks.", "Зарезервировано на две недели."),
        Step(8, "owner", "Order confirmed by {person}.", "Заказ подтверждён. Контакт по приёмке: {person}."),
        Step(18, "support", "Delivered and set up, keys and papers handed over.",
             "Доставлено и подключено, ключи и документы переданы."),
    )),
    Story((
        Step(0, "owner", "Complaint: the invoice shows the old address. Asked accounting to write it again.",
             "Жалоба: в счёте старый адрес. Бухгалтерию попросили перевыставить."),
        Step(1, "owner", "New invoice sent, apologised with a free delivery.",
             "Новый счёт отправлен, в качестве извинения — бесплатная доставка."),
        Step(6, "head", "Called {person} myself: the matter is settled.",
             "Контрольный звонок руководителя: вопрос закрыт."),
    )),
    Story((
        Step(0, "marketing", "Invited to the autumn seminar, {person} comes with a colleague.",
             "Приглашение на осенний семинар принято: {person} и ещё один коллега."),
        Step(9, "marketing", "Took part; interested in maintenance by subscription. @{owner} please follow up.",
             "Были на семинаре, интересна подписка на обслуживание. @{owner}, свяжитесь, пожалуйста."),
        Step(2, "owner", "Subscription explained, they think about it until the new year's budget.",
             "Рассказали о подписке, подумают до бюджета на новый год."),
    )),
    Story((
        Step(0, "owner", "Yearly talk with {person}. They value the quick answers; prices are “on the edge”. Wish: one "
             "contact for all questions.",
             "Годовая встреча, участвует {person}. Ценят быстрые ответы, цены «на грани». Пожелание — единый контакт "
             "по всем вопросам."),
        Step(3, "owner", "@{support} agreed that requests of this client come to you first.",
             "@{support}, договорились: заявки этого клиента сначала идут к вам."),
        Step(1, "support", "Fine, the number is on their list.", "Принято, номер у них записан."),
    )),
    Story((
        Step(0, "owner", "Payment is ten days late: {sum}. {person} promises it by Thursday.",
             "Оплата задерживается на десять дней: {sum}. {person} обещает до четверга."),
        Step(4, "owner", "The money has arrived.", "Деньги поступили."),
    )),
)
"""What happens with those who stay."""

ENDINGS = (
    Story((
        Step(0, "owner", "{person}: they go to another supplier, “wish to try something new”. No hard feelings.",
             "{person}: уходят к другому поставщику, «хочется попробовать новое». Расстаёмся спокойно."),
        Step(1, "head", "Asked for the reasons: nobody had called for three months. Our fault: lack of attention.",
             "Выяснили причину: три месяца никто не звонил. Наша ошибка — недостаток внимания.", "former"),
    )),
    Story((
        Step(0, "support", "Third request about the same fault this month. {person} is angry.",
             "Третье обращение по одной неисправности за месяц. {person} сердится, и справедливо."),
        Step(2, "head", "Exchanged the device at our cost, but the trust is gone.",
             "Устройство заменили за свой счёт, но доверие потеряно."),
        Step(10, "owner", "Contract not prolonged. Reason: no uniform standard of service.",
             "Договор не продлён. Причина: нет единого стандарта сервиса.", "former"),
        Step(60, "head", "Sent a letter with what we changed since. Worth trying again in spring.",
             "Отправлено письмо о том, что мы изменили. Весной стоит попробовать снова."),
    )),
    Story((
        Step(0, "owner", "The business is being closed, last order delivered.",
             "Бизнес закрывают, последний заказ отгружен.", "former"),
    )),
)
"""How it ends."""

REMARKS = (
    ("Prefers short letters; calls only in the morning.", "Предпочитает короткие письма, звонки — только утром."),
    ("Decides on anything below {sum} alone.", "До {sum} решает самостоятельно."),
    ("Best reached by messenger, answers in the evening.", "Удобнее мессенджер, отвечает вечером."),
    ("Collects old keyboards. A good way to begin a talk.",
     "Коллекционирует старые клавиатуры, хорошее начало разговора."),
    ("On leave until the middle of the month, the office stands in.", "В отпуске до середины месяца, замещает офис."),
    ("Asked to be taken off the printed catalogue; e-mail is welcome.",
     "Просит не присылать печатный каталог, письма — можно."),
    ("Sends everything through the lawyer, plan a week more.", "Всё идёт через юриста, закладывайте лишнюю неделю."),
    ("New in the post, got an introduction to our service numbers.",
     "Недавно в должности, рассказали о наших номерах."),
    ("Vegetarian: mind it when we invite.", "Не ест мясо — учесть при приглашении."),
    ("Speaks for the works council as well. Careful with dates.", "Представляет и профсоюз. Осторожно с датами."),
)
"""What is worth knowing of a person."""

MOVED = ("{person} has a new employer: {to}. Keeps the mobile number.",
         "{person} — новое место работы: {to}. Мобильный прежний.")
LEFT = ("The letter came back: {person} does not work there any more.",
        "Письмо вернулось: {person} там больше не работает.")
HANDED = ("@{owner} from now on this client is yours. Open points are in the notes; {person} knows.",
          "@{owner}, теперь это ваш клиент. Открытые вопросы в заметках, {person} в курсе.")
ENTRUSTED = ("@{owner} please take this one yourself, the talks are at the directors' level now.",
             "@{owner}, возьмите, пожалуйста, сами: переговоры теперь на уровне директоров.")
ASKED = (
    ("{person} asks for a meeting with the management next week. @{chief} would Thursday suit?",
     "{person} просит встречу с руководством на следующей неделе. @{chief}, четверг подойдёт?"),
    ("They ask for payment in 60 days instead of 30, {sum} in all. @{chief} may I promise it?",
     "Просят отсрочку 60 дней вместо 30, всего {sum}. @{chief}, можно обещать?"),
    ("@{chief} they would let us name them as a reference, with a logo. Whom do I tell?",
     "@{chief}, готовы дать рекомендацию с логотипом. Кому передать?"),
    ("Competitor offers 8 % less. {person} would stay with us for 3 %. @{chief} please decide.",
     "Конкурент предлагает на 8 % дешевле. {person} останется с нами за 3 %. @{chief}, решите, пожалуйста."),
)
"""What somebody asks the administrator in these days."""
GREETED = ("Birthday greetings sent. Was glad.", "Поздравили с днём рождения, рады вниманию.")

TAGS: Mapping[str, tuple[str, str]] = {
    "key": ("key client", "ключевой клиент"), "tender": ("tender", "тендер"),
    "decides": ("decides", "принимает решение"), "newsletter": ("newsletter", "рассылка"),
    "seminar": ("seminar", "семинар"), "leasing": ("leasing", "лизинг")}
