/** A file or a folder of files that becomes one table. */
export interface ImportSource {
  readonly name: string
  readonly size: number
  readonly files: readonly File[]
  /** Its files are told apart: a folder of DICOM. */
  readonly isFolder: boolean
}

const TABLE = /\.(?:csv|tsv|txt|tab|xlsx|parquet|zip)$/i
const DICOM = /\.(?:dcm|dicom|ima)$/i
const sizeOf = (files: readonly File[]) => files.reduce((sum, one) => sum + one.size, 0)

const alone = (file: File): ImportSource => ({
  name: file.name,
  size: file.size,
  files: [file],
  isFolder: false,
})
const together = (name: string, files: readonly File[]): ImportSource => ({
  name,
  size: sizeOf(files),
  files,
  isFolder: true,
})

/** What files that were chosen together become: a table each, and one table of all DICOM files. */
export function sourcesOf(files: readonly File[]): ImportSource[] {
  const images = files.filter((one) => DICOM.test(one.name))
  const others = files.filter((one) => !DICOM.test(one.name)).map((one) => alone(one))
  return images.length > 1
    ? [...others, together('DICOM', images)]
    : [...others, ...images.map((one) => alone(one))]
}

/** What a folder becomes: tables in it one by one, and all else as one folder of DICOM, whatever the files are called. */
export function sourcesInFolder(name: string, files: readonly File[]): ImportSource[] {
  const tables = files.filter((one) => TABLE.test(one.name)).map((one) => alone(one))
  const images = files.filter((one) => !TABLE.test(one.name))
  return images.length > 0 ? [...tables, together(name, images)] : tables
}

/** What was dropped: files, and folders with all that is in them. Must be asked while the drop is handled. */
export async function sourcesDropped(data: DataTransfer): Promise<ImportSource[]> {
  const entries = [...data.items].flatMap((one) => one.webkitGetAsEntry() ?? [])
  const folders = entries.filter((one): one is FileSystemDirectoryEntry => one.isDirectory)
  const names = new Set(folders.map((one) => one.name))
  const plain = [...data.files].filter((one) => !names.has(one.name))
  const inFolders = await Promise.all(
    folders.map(async (one) => sourcesInFolder(one.name, await filesIn(one))),
  )
  return [...sourcesOf(plain), ...inFolders.flat()]
}

async function filesIn(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = folder.createReader()
  const found: File[] = []
  // A folder is told in parts; an empty one is its end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (part.length === 0) return found
    for (const entry of part) found.push(...(await filesOf(entry)))
  }
}

function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isDirectory) return filesIn(entry as FileSystemDirectoryEntry) // what isDirectory says
  const file = entry as FileSystemFileEntry // as it is no folder
  return new Promise((resolve, reject) => file.file((one) => resolve([one]), reject))
}

/** The name of a table made from a file: the file's, without its ending. */
export function tableName(file: string): string {
  return file.replace(/\.[a-z0-9]{1,7}$/i, '').slice(0, 200) || file.slice(0, 200)
}
