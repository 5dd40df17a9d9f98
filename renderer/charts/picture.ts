/** What a drawing looks like only because of the page's style. */
const LOOKS = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'stroke-opacity',
  'opacity',
  'font-size',
  'font-weight',
  'paint-order',
]
const SCALE = 2
const FONT = 'Inter, Arial, sans-serif'

/** The drawing as a PNG at twice its size, on the page's ground. Rejects where the browser cannot draw it. */
export async function pictureOf(drawing: SVGSVGElement): Promise<Blob> {
  const { width, height } = drawing.getBoundingClientRect()
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(drawing, width, height))}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * SCALE)
  canvas.height = Math.round(height * SCALE)
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('No canvas in this browser')
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--surface')
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be made')))),
  )
}

/** The drawing as a document of its own (SVG), as it looks on the page. */
export function drawingOf(drawing: SVGSVGElement): string {
  const { width, height } = drawing.getBoundingClientRect()
  return standalone(drawing, width, height)
}

/** Looks become attributes. */
function standalone(drawing: SVGSVGElement, width: number, height: number): string {
  const copy = drawing.cloneNode(true)
  if (!(copy instanceof SVGSVGElement)) throw new Error('Not a drawing')
  const [from, to] = [drawing, copy].map((one) => [one, ...one.querySelectorAll('*')])
  for (const [i, element] of (from ?? []).entries()) {
    const looks = getComputedStyle(element)
    const target = to?.[i]
    for (const look of LOOKS) target?.setAttribute(look, looks.getPropertyValue(look))
    target?.removeAttribute('class')
  }
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('font-family', FONT)
  copy.setAttribute('width', String(width))
  copy.setAttribute('height', String(height))
  return new XMLSerializer().serializeToString(copy)
}
