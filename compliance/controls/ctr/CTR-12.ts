/** No secret is baked into an image. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Attribute,
  type Resource,
} from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { holdsSecret } from '../read/secret-files.ts'
import { isHarmless, isSecretName, secretIn } from '../read/secret-shapes.ts'
import { isStage } from '../read/stage.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { dockerfileExample } from './examples.ts'

const judge = judgeBy(
  'no secret in ENV, ARG or a copied file',
  'mount it: RUN --mount=type=secret while building, a file while running',
)

export const control: Control = {
  id: 'CTR-12',
  sources: ['dockerfile'],
  applies: isStage,
  check: (resource) => {
    const verdicts = [
      ...['env', 'arg'].flatMap((kind) =>
        childrenOf(resource, kind).flatMap((path) => judgeVariable(resource, path)),
      ),
      ...['copy', 'add'].flatMap((kind) =>
        childrenOf(resource, kind).flatMap((path) => judgeCopy(resource, path)),
      ),
    ]
    verdicts.push(...childrenOf(resource, 'instruction').flatMap((path) => judgeText(resource, path)))
    return verdicts.length === 0 ? judge.notApplicable('it sets and copies nothing') : verdicts
  },
  page: {
    why: 'Every layer of an image can be read by whoever may pull it, also one that a later layer deletes.',
    good: [
      dockerfileExample(
        'FROM node:24.4.1-bookworm-slim',
        'COPY package.json ./',
        'RUN --mount=type=secret,id=npm npm ci',
        'ENV NODE_ENV=production',
      ),
    ],
    bad: [
      dockerfileExample('FROM node:24.4.1-bookworm-slim', 'ARG NPM_TOKEN', 'RUN npm ci'),
      dockerfileExample('FROM node:24.4.1-bookworm-slim', 'COPY .env ./'),
    ],
  },
}

function judgeVariable(resource: Resource, path: string): Verdict[] {
  const attribute = attributeOf(resource, path)
  if (attribute === undefined) return []
  const name = lastSegmentOf(path)
  const part = { part: path }
  if (!isSecret(name, attribute)) return [{ ...judge.pass(`${name} is no secret`, attribute), ...part }]
  if (!attribute.known) {
    // Given by whoever builds, and then kept in the history of the image.
    return [
      path.startsWith('arg.')
        ? { ...judge.fail(`${name} is a build argument, which stays in the history`, attribute), ...part }
        : { ...judge.unknown(`${name} ${attribute.why}`, attribute), ...part },
    ]
  }
  return attribute.value === ''
    ? [{ ...judge.pass(`${name} is empty`, attribute), ...part }]
    : [{ ...judge.fail(`${name} is written into the image`, attribute), ...part }]
}

function isSecret(name: string, attribute: Attribute): boolean {
  const text = attribute.known ? textOf(attribute.value) : ''
  return (isSecretName(name) && !isHarmless(name, text)) || secretIn(text) !== undefined
}

/** Instructions whose text stays in the image or its history. */
const kept: ReadonlySet<unknown> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'LABEL'])

function judgeText(resource: Resource, path: string): Verdict[] {
  if (!kept.has(knownValueOf(resource, `${path}.keyword`))) return []
  const attribute = attributeOf(resource, `${path}.arguments`)
  if (attribute?.known !== true) return []
  // The exec form is a list of texts: read as one line.
  const line = textOf(attribute.value).replace(/["'],\s*["']/g, ' ')
  return secretIn(line) === undefined
    ? []
    : [{ ...judge.fail('a command or label holds a secret', attribute), part: path }]
}

function judgeCopy(resource: Resource, path: string): Verdict[] {
  const attribute = attributeOf(resource, path)
  if (attribute?.known !== true) return []
  const text = textOf(attribute.value)
  if (/--from=/.test(text)) return []
  const part = { part: path }
  const sources = sourcesIn(text)
  const secret = sources.find((source) => holdsSecret(source) === 'yes')
  if (secret !== undefined) return [{ ...judge.fail(`copies ${secret}`, attribute), ...part }]
  const doubtful = sources.find((source) => holdsSecret(source) === 'maybe')
  if (doubtful !== undefined) {
    return [{ ...judge.unknown(`copies ${doubtful}, which may hold a secret`, attribute), ...part }]
  }
  // What lies there when the image is built is not in the file; a .dockerignore is not read.
  return sources.some((source) => everything.test(source))
    ? [{ ...judge.unknown('copies all that lies there', attribute), ...part }]
    : [{ ...judge.pass('copies no file of secrets', attribute), ...part }]
}

/** The whole context: `.`, `./`, `/`, `*`. */
const everything = /^(\.\/?|\/|(\.\/)?\*{1,2})$/

/** Lists what is copied, in the form of a shell or of a list. */
function sourcesIn(text: string): readonly string[] {
  const words = text
    .replace(/["',[\]]/g, ' ')
    .trim()
    .split(/\s+/)
  return words.filter((word) => !word.startsWith('--')).slice(0, -1)
}
