import { onStarterGone, startedByUs } from '#headless/starter-watch.ts'

// Imported by every program of the benches: it ends with whoever started it, and what it starts ends with it.
onStarterGone(() => process.exit(129))
Object.assign(process.env, startedByUs())
