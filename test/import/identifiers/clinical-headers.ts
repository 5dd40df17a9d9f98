const lists: Record<string, string> = {
  nl: 'geslacht,diagnosecode,bloeddruk systolisch,kreatinine,roker,afdeling,naam geneesmiddel,ligduur,type beroerte,viruslast,tijd na start,bloeddruk,leeftijd bij opname,versie',
  pt_BR:
    'sexo,código do diagnóstico,pressão sistólica,creatinina,fumante,setor,nome do medicamento,dias de internação,tipo de AVC,carga viral,segundos,pressão arterial,idade na admissão,versão',
  sv: 'kön,diagnoskod,systoliskt blodtryck,kreatinin,rökare,avdelning,läkemedelsnamn,vårddagar,stroketyp,virusmängd,sekunder,blodtryck,ålder vid inskrivning,version',
  pl: 'płeć,kod rozpoznania,ciśnienie skurczowe,kreatynina,palacz,oddział,nazwa leku,dni pobytu,typ udaru,miano wirusa,sekundy,ciśnienie,wiek przy przyjęciu,wersja',
  da: 'køn,diagnosekode,systolisk blodtryk,kreatinin,ryger,afdeling,lægemiddelnavn,liggedage,apopleksitype,virusmængde,sekunder,blodtryk,alder ved indlæggelse,version',
  cs_CZ:
    'pohlaví,kód diagnózy,systolický tlak,kreatinin,kuřák,oddělení,název léku,dny pobytu,typ mrtvice,virová nálož,sekundy,krevní tlak,věk při přijetí,verze',
  nb_NO:
    'kjønn,diagnosekode,systolisk blodtrykk,kreatinin,røyker,avdeling,legemiddelnavn,liggedøgn,type hjerneslag,virusmengde,sekunder,blodtrykk,alder ved innleggelse,versjon',
  fi: 'sukupuoli,diagnoosikoodi,systolinen verenpaine,kreatiniini,tupakoi,osasto,lääkkeen nimi,hoitopäivät,aivohalvauksen tyyppi,virusmäärä,sekunnit,verenpaine,ikä tullessa,versio',
  hu: 'nem,diagnóziskód,szisztolés vérnyomás,kreatinin,dohányzik,osztály,gyógyszer neve,ápolási napok,stroke típusa,vírusszám,másodperc,vérnyomás,életkor felvételkor,verzió',
  ro: 'sex,cod diagnostic,tensiune sistolică,creatinină,fumător,secție,nume medicament,zile de spitalizare,tip AVC,încărcătură virală,secunde,tensiune arterială,vârsta la internare,versiune',
  tr: 'cinsiyet,tanı kodu,sistolik tansiyon,kreatinin,sigara,servis,ilaç adı,yatış günü,inme tipi,viral yük,saniye,tansiyon,yatışta yaş,sürüm',
  sk: 'pohlavie,kód diagnózy,systolický tlak,kreatinín,fajčiar,oddelenie,názov lieku,dni pobytu,typ mŕtvice,vírusová nálož,sekundy,krvný tlak,vek pri prijatí,verzia',
}

/** Headers of clinical columns of a language, in the order of their kinds. */
export const clinicalHeaders = (locale: string): readonly string[] => lists[locale]?.split(',') ?? []
