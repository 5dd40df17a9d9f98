import type { IdentifierClass } from '#domain/identifiers.ts'

/**
 * Words of headers in other scripts than Latin, and in Vietnamese: Russian, Ukrainian, Bulgarian, Serbian, Greek, Hebrew, Arabic,
 * Persian, Chinese, Japanese, Korean, Thai and Hindi. Each is the beginning of a word; those of scripts without blanks stand anywhere.
 */
const WORDS: readonly (readonly [IdentifierClass, string])[] = [
  [
    'date-of-birth',
    'дата рожд|дата народж|дата на ражд|датум рођ|родился|ημερομηνια γεννησ|ημ γεννησ|ημνια γεννησ|תאריך לידה|ת לידה|تاريخ الميلاد|تاريخ الولادة|تاریخ تولد|出生日期|出生年月|出生日|生日|生年月日|誕生日|생년월일|생일|วันเกิด|วันเดือนปีเกิด|जन्म तिथि|जन्मतिथि|जन्म दिनांक|ngay sinh|ngay thang nam sinh',
  ],
  [
    'national-number',
    'снилс|паспорт|инн|полис|номер полиса|рнокпп|егн|јмбг|αμκα|αφμ|αδτ|αριθμοσ ταυτοτητασ|תעודת זהות|תז|ת ז|رقم الهوية|الرقم القومي|الرقم الوطني|رقم الاقامة|کد ملی|身份证|身分證|マイナンバー|保険証|被保険者|주민등록|주민번호|เลขประจำตัวประชาชน|บัตรประชาชน|आधार|cccd|cmnd|can cuoc',
  ],
  [
    'phone',
    'телефон|моб тел|мобильн|мобилен|τηλεφων|τηλ|κινητ|טלפון|טלפ|נייד|هاتف|الهاتف|رقم الهاتف|جوال|الجوال|موبايل|تلفن|موبایل|电话|手机|電話|手機|携帯|전화|휴대폰|휴대전화|연락처|โทรศัพท์|เบอร์โทร|फ़ोन|फोन|मोबाइल|दूरभाष|dien thoai|so dien thoai|sdt',
  ],
  [
    'email',
    'электронная почт|эл почт|имейл|ел поща|електронна пошт|ηλεκτρονικο ταχυδρομ|דואר אלקטרוני|דואל|البريد الالكتروني|ایمیل|邮箱|電子郵件|电子邮件|メールアドレス|이메일|อีเมล|ईमेल',
  ],
  [
    'record-number',
    'номер карт|номер пациент|номер истории|история болезни|номер медкарт|ид пациент|код пациент|номер хворого|номер пацієнт|номер на пациент|број картон|αριθμοσ μητρωου|κωδικοσ ασθεν|αριθμοσ ασθεν|αριθμοσ φακελου|מספר מטופל|מספר תיק|מספר חולה|رقم المريض|رقم الملف|الرقم الطبي|رقم المراجع|شماره پرونده|شماره بیمار|病历号|病案号|住院号|门诊号|患者编号|病人号|病人编号|病歷號|病歷号|患者番号|患者id|カルテ番号|診察券|환자번호|환자 번호|등록번호|차트번호|병록번호|เลขที่ผู้ป่วย|เลขประจำตัวผู้ป่วย|रोगी संख्या|मरीज संख्या|ma benh nhan|so benh an|ma bn|so ho so',
  ],
  [
    'address',
    'адрес|улица|вулиц|место жительства|διευθυνσ|οδοσ|כתובת|רחוב|عنوان|العنوان|آدرس|نشانی|地址|住址|住所|주소|ที่อยู่|पता|dia chi',
  ],
  [
    'name',
    'фио|ф и о|фамили|отчеств|имя|прізвищ|ім я|імя|піб|по батькові|име|презиме|ονοματεπωνυμ|επωνυμ|ονομα|πατρωνυμ|שם|اسم|الاسم|اللقب|نام|姓名|患者名|病人名|氏名|名前|フリガナ|ふりがな|성명|이름|환자명|ชื่อ|นามสกุล|नाम|ho ten|ho va ten|ten benh nhan',
  ],
]
const ALONE =
  'пациент|хворий|больной|ασθενησ|מטופל|חולה|المريض|مريض|بیمار|患者|病人|환자|ผู้ป่วย|रोगी|मरीज|benh nhan'
const AGED = 'возраст|вік|възраст|узраст|ηλικια|גיל|العمر|عمر|سن|年齢|年龄|年齡|나이|연령|อายุ|आयु|उम्र|tuoi'
const OF_SEX = 'пол|стать|φυλο|מין|الجنس|جنس|جنسیت|性別|性别|성별|เพศ|लिंग|gioi tinh'
const NAMED =
  'препарат|лекарств|больниц|отделени|клиник|диагноз|анализ|лікарн|болниц|φαρμακ|νοσοκομ|κλινικ|τμημα|εξετασ|תרופה|התרופה|בית חולים|מחלקה|בדיקה|دواء|الدواء|المستشفى|مستشفى|القسم|الفحص|الجهاز|دارو|بیمارستان|药|藥|薬|医院|醫院|病院|診療科|科室|検査|檢查|检查|약품|병원|검사|ยา|โรงพยาบาล|दवा|अस्पताल|thuoc|benh vien'

type Finder = (text: string) => boolean

/** Where words of a script stand without blanks between them. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u

function finder(words: string, plain: (header: string) => string, isWhole = false): Finder {
  const all = words.split('|').map((word) => ({ word: plain(word), isAnywhere: UNSPACED.test(word) }))
  return (text) =>
    all.some(({ word, isAnywhere }) => {
      if (isWhole) return text === word
      return isAnywhere ? text.includes(word) : ` ${text}`.includes(` ${word}`)
    })
}

/** Reads headers in other scripts, as `plain` leaves them. */
export function createScriptHeaders(plain: (header: string) => string) {
  const classes = WORDS.map(([one, words]) => [one, finder(words, plain)] as const)
  const [isPatient, isNamed] = [finder(ALONE, plain, true), finder(NAMED, plain)]
  return {
    classOf(text: string): IdentifierClass | null {
      const found = isPatient(text) ? 'name' : (classes.find(([, test]) => test(text))?.[0] ?? null)
      return found === 'name' && isNamed(text) ? null : found
    },
    isAge: finder(AGED, plain),
    isSex: finder(OF_SEX, plain, true),
  }
}
