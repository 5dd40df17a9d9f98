/** Things that tables of patients measure: what they are called, in which unit, and what a living person can have. */
export interface Concept {
  readonly name: string
  /** Common names, in lower case without signs. */
  readonly names: readonly string[]
  /** In UCUM's spelling. */
  readonly unit: string
  readonly low: number
  readonly high: number
  /** Grams per mole, where laboratories report mass or amount of substance. */
  readonly molarMass?: number
}

function concept(
  name: string,
  unit: string,
  low: number,
  high: number,
  names: string,
  molarMass?: number,
): Concept {
  const all = [name, ...names.split('|')].filter((one) => one !== '')
  return { name, names: all, unit, low, high, ...(molarMass === undefined ? {} : { molarMass }) }
}

/** Ranges are those of living patients, wide on purpose; molar masses in g/mol (PubChem). */
export const CONCEPTS: readonly Concept[] = [
  concept('age', 'a', 0, 120, 'alter|edad|eta|leeftijd|idade|patient age|age years|age at admission'),
  concept('weight', 'kg', 0.3, 400, 'body weight|gewicht|poids|peso|wt|bodyweight|koerpergewicht'),
  concept('height', 'cm', 20, 260, 'body height|groesse|taille|talla|altura|ht|stature|koerpergroesse'),
  concept('body mass index', 'kg/m2', 7, 120, 'bmi|imc|quetelet'),
  concept('temperature', 'Cel', 25, 45, 'body temperature|temp|temperatur|koerpertemperatur'),
  concept(
    'systolic blood pressure',
    'mm[Hg]',
    30,
    320,
    'sbp|rsbp|systolic|systolic bp|sys bp|bp systolic|trestbps|resting blood pressure|blutdruck systolisch|ap hi|pas',
  ),
  concept(
    'diastolic blood pressure',
    'mm[Hg]',
    10,
    220,
    'dbp|diastolic|diastolic bp|dia bp|bp diastolic|blutdruck diastolisch|ap lo|pad',
  ),
  concept('mean arterial pressure', 'mm[Hg]', 10, 250, 'map|mean blood pressure'),
  concept(
    'heart rate',
    '/min',
    10,
    350,
    'hr|pulse|puls|pulse rate|herzfrequenz|frequence cardiaque|frecuencia cardiaca',
  ),
  concept(
    'maximum heart rate',
    '/min',
    40,
    260,
    'thalach|max heart rate|max hr|maxhr|heart rate max|peak heart rate',
  ),
  concept('respiratory rate', '/min', 1, 100, 'rr|resp rate|breathing rate|atemfrequenz'),
  concept('oxygen saturation', '%', 20, 100, 'spo2|sao2|o2 sat|sauerstoffsaettigung|saturation'),
  concept(
    'cholesterol',
    'mg/dL',
    30,
    1000,
    'chol|total cholesterol|serum cholesterol|tc|cholesterin|gesamtcholesterin|cholesterol total|colesterol',
    386.65,
  ),
  concept('hdl cholesterol', 'mg/dL', 2, 250, 'hdl|hdl c|hdlc', 386.65),
  concept('ldl cholesterol', 'mg/dL', 2, 800, 'ldl|ldl c|ldlc', 386.65),
  concept('triglycerides', 'mg/dL', 5, 10000, 'tg|trig|triglyceride|triglyzeride|trigliceridos', 885.43),
  concept(
    'glucose',
    'mg/dL',
    5,
    2000,
    'gluc|glu|blood sugar|fasting glucose|blutzucker|glukose|glycemie|glucosa|blood glucose',
    180.156,
  ),
  concept('haemoglobin a1c', '%', 2, 25, 'hba1c|a1c|glycated haemoglobin|glycated hemoglobin|hemoglobin a1c'),
  concept('creatinine', 'mg/dL', 0.05, 40, 'crea|creat|serum creatinine|kreatinin|creatinina|scr', 113.12),
  concept('urea', 'mg/dL', 1, 600, 'harnstoff|uree', 60.06),
  concept('urea nitrogen', 'mg/dL', 0.5, 300, 'bun|blood urea nitrogen', 28.014),
  concept('uric acid', 'mg/dL', 0.1, 40, 'urate|harnsaeure', 168.11),
  concept('egfr', 'mL/min/{1.73_m2}', 0, 250, 'gfr|estimated gfr|glomerular filtration rate'),
  concept('bilirubin', 'mg/dL', 0, 80, 'total bilirubin|bili|bilirubina', 584.66),
  concept('albumin', 'g/L', 3, 80, 'alb|serum albumin'),
  concept('total protein', 'g/L', 10, 150, 'protein'),
  concept('calcium', 'mg/dL', 1, 25, 'ca|serum calcium|kalzium|calcio', 40.078),
  concept('magnesium', 'mg/dL', 0.2, 15, 'mg serum', 24.305),
  concept('phosphate', 'mg/dL', 0.1, 30, 'phosphorus|phosphat', 30.974),
  concept('iron', 'ug/dL', 1, 1000, 'fe|eisen|serum iron', 55.845),
  concept('sodium', 'mmol/L', 80, 220, 'na serum|natrium|sodio', 22.99),
  concept('potassium', 'mmol/L', 0.5, 15, 'kalium|potasio|serum potassium', 39.098),
  concept('chloride', 'mmol/L', 40, 180, 'chlorid|cloruro', 35.45),
  concept('lactate', 'mmol/L', 0, 40, 'lactic acid|laktat', 90.08),
  concept('haemoglobin', 'g/dL', 1, 30, 'hemoglobin|hgb|hb|haemoglobin level'),
  concept('haematocrit', '%', 3, 80, 'hematocrit|hct'),
  concept(
    'white blood cells',
    '10*9/L',
    0,
    1000,
    'wbc|leukocytes|leucocytes|leukozyten|white cell count|leucocitos',
  ),
  concept('platelets', '10*9/L', 0, 5000, 'plt|platelet count|thrombocytes|thrombozyten|plaquetas'),
  concept('c reactive protein', 'mg/L', 0, 1000, 'crp|hs crp|hscrp'),
  concept('troponin', 'ng/L', 0, 1000000, 'tnt|tni|hs troponin|troponin t|troponin i'),
  concept('vitamin d', 'ng/mL', 0, 300, '25 oh vitamin d|25ohd', 400.64),
  concept('testosterone', 'ng/dL', 0, 5000, 'testosteron', 288.42),
  concept('cortisol', 'ug/dL', 0, 300, 'kortisol', 362.46),
  concept('thyroxine', 'ug/dL', 0, 60, 't4|free t4', 776.87),
  concept('ejection fraction', '%', 3, 95, 'ef|lvef|left ventricular ejection fraction'),
  concept('st depression', 'mm', -10, 20, 'oldpeak|st depression exercise'),
  concept('creatine kinase', 'U/L', 0, 500000, 'ck|cpk|creatinine phosphokinase|creatine phosphokinase'),
  concept('alanine aminotransferase', 'U/L', 0, 50000, 'alt|alat|gpt|sgpt'),
  concept('aspartate aminotransferase', 'U/L', 0, 50000, 'ast|asat|got|sgot'),
]

/** A header or variable as the words of `CONCEPTS` are written: lower case, without units, signs and accents. */
export function plainName(text: string): string {
  return text
    .replace(/[([{].*$/, '')
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/ä/gi, 'ae')
    .replace(/ö/gi, 'oe')
    .replace(/ü/gi, 'ue')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/ (?:mg dl|mmol l|g dl|mmhg|kg|cm|bpm|years|umol l)$/, '')
    .trim()
}

const BY_NAME = new Map(CONCEPTS.flatMap((one) => one.names.map((name) => [name, one] as const)))

/** What a header or variable means, by its common names; null when unknown. */
export function conceptOf(name: string): Concept | null {
  return BY_NAME.get(plainName(name)) ?? null
}
