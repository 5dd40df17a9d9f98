import { f, many } from './shared.ts'

export const restored = {
  title: 'This home was restored',
  waits:
    'Nothing of this hospital goes into a sum: this home may not know all sums that its rows were in. Beside such a sum, a new one could show a single patient.',
  silent:
    'Members of these studies have yet to say what they hold of ours. Stay connected: once enough have, this ends by itself.',
  heard: (study: string, heard: number, needed: number) =>
    `${study}: ${f.count(heard)} of ${f.count(needed)} have said so`,
  lost: 'Sums of these studies rest on data that are not here. If you have the table, import it and map it in its study just as it was: then this ends by itself, and nothing is lost.',
  otherwise:
    'Where members are gone for good, or a table is, a person can decide to go on without the rows that are here.',
  decide: 'Go on without these rows…',
  dialog: 'Go on without the rows that are here?',
  apart: (tables: number, rows: number) =>
    `${many(tables, 'table is', 'tables are')} here, with ${many(rows, 'row', 'rows')}. All of them are set apart, for good and in all studies: they are in no sum any more.`,
  consequences: [
    'Patients who come later may take part, from twenty on. The first import of each table after this is set apart too, since it may hold patients of the sums that are missing; who is new in a later one counts.',
    'A row that does not say of which patient it is stays apart, whenever it comes.',
    'Your approvals stay. Studies go on without you until enough new patients are here and you approve that table.',
    'This cannot be taken back. It stands in the audit log with your name.',
  ],
  before:
    'Before you decide, import again every table that this hospital used since the backup. Patients whom nobody can name here cannot be set apart, and if they come in with new ones, a difference of sums may show a few of them.',
  decideNow: 'Set all rows apart',
} as const
