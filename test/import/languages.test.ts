import iconv from 'iconv-lite'
import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'

/** A table of words as hospitals of a country write them, none of which is in any list of the product. */
const tables: readonly (readonly [string, string, string])[] = [
  [
    'Turkish',
    'windows-1254',
    'hasta;bölüm;şikâyet\n1;Göğüs cerrahisi;öksürük, ateş\n2;Çocuk sağlığı;karın ağrısı\n',
  ],
  ['Turkish of DOS', 'ibm857', 'hasta;bölüm\n1;Göz hastalıkları\n2;İç hastalıkları\n3;Şişli\n'],
  [
    'Hungarian',
    'windows-1250',
    'beteg;osztály\n1;szülészet-nőgyógyászat\n2;idegsebészet, felnőtt\n3;tüdőgyógyászat\n',
  ],
  [
    'Polish',
    'windows-1250',
    'pacjent;oddział\n1;położnictwo\n2;chirurgia dziecięca\n3;ośrodek leczenia bólu\n',
  ],
  [
    'Polish of another standard',
    'iso-8859-2',
    'pacjent;oddział\n1;położnictwo\n2;wątroba, śledziona\n3;ośrodek żywienia\n',
  ],
  ['Czech of DOS', 'ibm852', 'pacient;oddělení\n1;dětské lékařství\n2;plicní, žena\n3;ortopedie, příjem\n'],
  [
    'Lithuanian',
    'windows-1257',
    'pacientas;skyrius\n1;vaikų ligų\n2;širdies chirurgija\n3;akių, ausų, nosies\n',
  ],
  ['Greek', 'windows-1253', 'ασθενής;κλινική\n1;παιδιατρική\n2;καρδιολογική\n'],
  ['Russian', 'windows-1251', 'больной;отделение\n1;детское\n2;хирургическое\n'],
  ['Russian of Unix', 'koi8-r', 'больной;отделение\n1;детское\n2;хирургическое\n'],
  ['Ukrainian', 'windows-1251', 'хворий;відділення\n1;дитяче\n2;хірургічне, їжа\n'],
  ['Japanese', 'shift_jis', '患者;病棟\n1;小児病棟\n2;外科、手術後\n3;リハビリ\n'],
  ['Japanese of Unix', 'euc-jp', '患者;病棟\n1;小児病棟\n2;外科、手術後\n3;リハビリ\n'],
  ['Chinese', 'gb18030', '病人;科室\n1;儿科病房\n2;外科手术\n3;心脏内科\n'],
  ['Chinese of Taiwan', 'big5', '病人;科別\n1;兒科病房\n2;外科手術\n3;心臟內科\n'],
  ['Korean', 'euc-kr', '환자;병동\n1;소아 병동\n2;외과 수술 후\n3;심장 내과\n'],
  ['Hebrew', 'windows-1255', 'חולה;מחלקה\n1;ילדים\n2;כירורגיה\n'],
  ['Arabic', 'windows-1256', 'مريض;قسم\n1;الأطفال\n2;الجراحة العامة\n'],
  ['Thai', 'windows-874', 'ผู้ป่วย;แผนก\n1;กุมารเวชกรรม\n2;ศัลยกรรม\n'],
  ['German of DOS', 'ibm850', 'fall;station\n1;Säuglinge\n2;Größere Kinder\n3;Unfälle, Füße\n'],
  ['German of the Macintosh', 'macintosh', 'fall;station\n1;Säuglinge\n2;Größere Kinder\n3;Unfälle, Füße\n'],
  ['German', 'windows-1252', 'fall;station\n1;Säuglinge\n2;Größere Kinder\n3;Unfälle, Füße\n'],
  [
    'French',
    'windows-1252',
    'cas;unité\n1;réanimation néonatale\n2;chirurgie thoracique, fenêtre\n3;soins à domicile\n',
  ],
  [
    'French with ligatures',
    'windows-1252',
    'cas;unité\n1;nœuds de la lèvre\n2;maladie cœliaque, œsophage\n3;même étage\n',
  ],
  [
    'Hungarian with long vowels',
    'windows-1250',
    'beteg;osztály\n1;mellűri, térdízület\n2;fertőző, műtő\n3;gyűjtőér\n',
  ],
  ['Hebrew of DOS', 'ibm862', 'חולה;מחלקה\n1;ילדים\n2;כירורגיה\n3;לב וריאות\n'],
  ['Arabic of Unix', 'iso-8859-6', 'مريض;قسم\n1;الأطفال\n2;الجراحة العامة\n3;العناية المركزة\n'],
  ['narrow Japanese', 'shift_jis', 'ｶﾝｼﾞｬ;ﾋﾞｮｳﾄｳ\n1;ｼｮｳﾆｶ\n2;ｾｲｹｲｹﾞｶ\n3;ｻﾝﾌｼﾞﾝｶ\n'],
  ['Icelandic', 'windows-1252', 'sjúklingur;deild\n1;barnadeild, þvag\n2;skurðdeild\n3;meðgöngudeild\n'],
]

test.each(tables)('%s in %s is read by its own letters', async (_, encoding, text) => {
  const { names, rows } = await readDirectly(iconv.encode(text, encoding))
  const [header = '', ...lines] = text.trim().split('\n')
  expect(names).toEqual(header.split(';'))
  expect(rows.map((row) => row[1])).toEqual(lines.map((line) => line.split(';')[1]))
})

test('where the bytes leave a doubt, each way to read them is shown with words of the file, and a person chooses', async () => {
  const bytes = iconv.encode('n;x\n1;м\n2;ж\n3;м\n', 'windows-1251')
  const { preview } = await readDirectly(bytes)
  const { readings = [], encoding: first } = preview!
  expect(readings.length).toBeGreaterThan(1)
  expect(readings[0]!.encoding).toBe(first)
  for (const { encoding, words } of readings) {
    const chosen = await readDirectly(bytes, 1000, { encoding })
    expect(words).toContain(chosen.rows[0]![1])
    expect(chosen.preview!.readings).toBeUndefined()
  }
})

test('signs of East Asia that several encodings have leave a doubt, and the right reading is among those shown', async () => {
  const { preview } = await readDirectly(iconv.encode('n;x\n1;眼科\n2;泌尿器科\n3;産科\n', 'euc-jp'))
  expect(preview?.readings?.map(({ encoding }) => encoding)).toContain('euc-jp')
})

test.each(['utf-16le', 'utf-16be'])('%s without a mark is text of any script', async (encoding) => {
  for (const text of ['пол;отделение\nм;детское\nж;хирургия\n', '性,科,年\n女,外科,41\n男,内科,52\n']) {
    const { encoding: found, rows } = await readDirectly(iconv.encode(text, encoding, { addBOM: false }))
    expect([found, rows.length]).toEqual([encoding, 2])
  }
})

test('a file that leaves no doubt asks nothing', async () => {
  for (const [, encoding, text] of tables.filter(([name]) => ['Russian', 'Thai', 'Icelandic'].includes(name)))
    expect((await readDirectly(iconv.encode(text, encoding))).preview?.readings).toBeUndefined()
  expect((await readDirectly(Buffer.from('a;b\n1;Größe\n'))).preview?.readings).toBeUndefined()
})

test('Japanese mail begins its characters with an escape, and is no ASCII', async () => {
  const bytes = Buffer.concat([
    Buffer.from('n;x\n1;\u001B$B'),
    Buffer.from([0x34, 0x35, 0x3c, 0x54]),
    Buffer.from('\u001B(B\n'),
  ])
  const { encoding, rows } = await readDirectly(bytes)
  expect({ encoding, rows }).toEqual({ encoding: 'iso-2022-jp', rows: [[1, '患者']] })
})
