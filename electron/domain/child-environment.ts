type Environment = Readonly<Record<string, string | undefined>>

/** Where things of the operating system and of the account are. */
const PLACES = `PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TEMP TMP USERPROFILE APPDATA LOCALAPPDATA PROGRAMDATA
  PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 COMMONPROGRAMFILES SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT HOMEDRIVE
  HOMEPATH USERNAME NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE`
/** What graphics cards, screens and browsers are found by. */
const DEVICES = `DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS DESKTOP_SESSION BROWSER LD_LIBRARY_PATH
  CUDA_VISIBLE_DEVICES CUDA_PATH HTTP_PROXY HTTPS_PROXY`
const names = new Set([...PLACES.split(/\s+/), ...DEVICES.split(/\s+/)])
/** Families of names; the last are limits that tests set, which hold no secret. */
const families = /^(LC|XDG|VK|NVIDIA|MESA|LIBGL|GNOME|KDE|MURMURATION_TEST)_/

/**
 * The variables that a process which we start may see: where the system, the account, its screen and its graphics card are.
 * Everything else stays here: passphrases, tokens of whoever started us, and what changes how a Node or a library runs.
 */
export function childEnvironment(own: Environment): Record<string, string> {
  const kept = Object.entries(own).filter((one): one is [string, string] => {
    const name = one[0].toUpperCase()
    return one[1] !== undefined && (names.has(name) || families.test(name))
  })
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutLogin(name, value)]))
}

/** The address of a proxy may carry a name and a password. */
function withoutLogin(name: string, value: string): string {
  return /_proxy$/i.test(name) ? value.replace(/^([a-z]+:\/\/)?.*@/i, '$1') : value
}
