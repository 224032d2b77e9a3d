/** Servers for developers, told by the command that starts them. */
import { childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'
import { runsOf } from './run.ts'
import { isStage } from './stage.ts'

/** Words of one command; what a shell divides is another one. */
const rest = String.raw`(?:\s+[^\s;&|]{1,200}){0,20}?\s+`
const servers = new RegExp(
  [
    String.raw`--reload\b`,
    String.raw`--inspect(?:=|\b)`,
    String.raw`\bflask${rest}run\b`,
    String.raw`\bmanage\.py\s+runserver\b`,
    String.raw`\b(?:nodemon|vite|webpack-dev-server)\b`,
    String.raw`\b(?:npm\s+run|yarn(?:\s+run)?|pnpm(?:\s+run)?|bun\s+run)\s+(?:start:)?dev(?=\s|$)`,
    String.raw`\b(?:next|nuxt|nuxi|astro|remix|gatsby)\s+dev(?:elop)?\b`,
    String.raw`\b(?:ng|artisan|webpack)\s+serve\b`,
    String.raw`\brails\s+s(?:erver)?(?=\s|$)`,
    String.raw`\bphp\s+-S\b`,
  ].join('|'),
)

/** True for a command that starts a server made for developers. */
export function startsDevelopment(command: string): boolean {
  return servers.test(command)
}

const script = /\bpython[\d.]*(?:\s+-[A-Za-z]+){0,8}\s+["']?[\w./-]{0,200}\.py\b/
const installs = /\b(?:pip[\d.]*|uv\s+pip)\s+install\b/
/** Packages that a file names, or that come from a stage before. */
const unseen =
  /\s(?:-r|--requirement)\b|\b(?:poetry|uv|pipenv|conda|pdm)\s+(?:install|sync)\b|install\s+(?:-\S{1,80}\s+){0,10}\.(?:\s|$)/
const production = /\b(?:gunicorn|waitress|uwsgi|uvicorn|hypercorn|gevent|cheroot|bjoern)\b/i

/** Tells whether `python app.py` starts the server of Flask, which such a script does where it is installed alone. */
export function runsFlask(command: string, resource: Resource): 'yes' | 'no' | 'unknown' {
  if (!script.test(command) || /\bmanage\.py\b/.test(command)) return 'no'
  if (!isStage(resource)) return 'unknown'
  const texts = runsOf(resource).map(({ text }) => text)
  const installed = texts.filter((text) => installs.test(text)).join(' ')
  const hasFlask = /\bflask\b/i.test(installed)
  if (hasFlask && !production.test(installed))
    return texts.some((text) => unseen.test(text)) ? 'unknown' : 'yes'
  return hasFlask || texts.some((text) => unseen.test(text)) || comesFromElsewhere(resource)
    ? 'unknown'
    : 'no'
}

/** A stage that copies from another one, or is no image of Python itself, has what that has. */
function comesFromElsewhere(stage: Resource): boolean {
  const copies = childrenOf(stage, 'copy').map((path) => textOf(knownValueOf(stage, path)))
  return (
    copies.some((line) => line.includes('--from=')) ||
    !/\bpython\b/.test(textOf(knownValueOf(stage, 'image')))
  )
}
