/** Light, dark, or whatever the computer says. */
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const KEY = 'theme'

/** The theme chosen on this computer; `system` where none was chosen or nothing can be kept. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY)
    return themes.find((one) => one === stored) ?? 'system'
  } catch {
    return 'system'
  }
}

/** Shows a theme. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

/** Shows a theme and keeps the choice. */
export function chooseTheme(theme: Theme): void {
  applyTheme(theme)
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // A browser that keeps nothing shows the theme until it is closed.
  }
}
