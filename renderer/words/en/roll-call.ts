export const rollCall = {
  title: 'Roll call',
  lead: 'Confirm many hospitals at once: all come with one code, every screen shows the same six words, and each hospital reads them aloud in one telephone or video call. They need not know each other, and one of you must be reachable by all: the one who calls the roll.',
  who: 'Who may come',
  anybody: 'Everybody who has the code',
  membersOf: (study: string) => `Members of ${study}`,
  open: 'Call the roll',
  send: (until: string) =>
    `Send this code to all others; each enters it under “Paste an invitation”. It is good until ${until}. Begin once all are here: nobody gets in after that.`,
  code: 'Code of this roll call',
  here: 'Here',
  absent: 'Not here',
  waitForStart: 'We are in. Whoever calls the roll begins once all are here.',
  agreeing: 'The computers agree on the words.',
  begin: 'All are here: make the words',
  read: 'Each hospital reads these six words aloud in your call, one after the other. Tick those whom you heard read exactly these words, and whose face or voice you know. Tick nobody else.',
  tick: 'Heard with these words',
  known: 'known already',
  otherKey:
    'You know a hospital of this name by another key. Ask it whether it made a new home. If it did not, somebody pretends to be it: do not tick it.',
  othersDiffer: (names: string) =>
    `${names} saw other words: somebody may stand in between. Do not confirm it. Call the roll again with a new code, sent another way.`,
  confirmedDiffers: (names: string) =>
    `${names} saw other words after you had confirmed it: somebody may stand in between. Telephone it, and remove it below unless it was a mistake.`,
  without: {
    silent: (name: string) =>
      `The list goes on without ${name}, which did not answer. It can be confirmed later.`,
    'promise-broken': (name: string) =>
      `The list goes on without ${name}: it did not keep to the number that it had promised, so somebody may stand in between. Telephone it before you try again.`,
  },
  stillAbsent: (names: string) => `Not here, so not confirmed: ${names}.`,
  differ: 'I heard other words: stop',
  confirm: (count: number) =>
    count === 0 ? 'Confirm those ticked' : count === 1 ? 'Confirm 1 hospital' : `Confirm ${count} hospitals`,
  result: 'Confirmed by you',
  confirmed: (name: string) => `${name} is known now, by its key.`,
  notConfirmed: (name: string) => `${name} was not ticked and is not confirmed.`,
  failed: 'Nobody was confirmed.',
} as const
