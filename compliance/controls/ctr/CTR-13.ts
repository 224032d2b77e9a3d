/** Files are copied, not fetched: ADD takes what an address answers today. */
import { attributeOf, childrenOf } from '../../evidence.ts'
import type { Control } from '../control.ts'
import { mended } from '../read/mend.ts'
import { isStage } from '../read/stage.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { dockerfileExample } from './examples.ts'

const judge = judgeBy(
  'COPY for files; ADD only with a checksum or to unpack an archive',
  'use COPY, or ADD --checksum=sha256:…',
)

export const control: Control = {
  id: 'CTR-13',
  sources: ['dockerfile'],
  applies: isStage,
  check: (resource) => {
    const paths = childrenOf(resource, 'add')
    if (paths.length === 0) {
      return childrenOf(resource, 'copy').length === 0
        ? judge.notApplicable('it takes no files')
        : judge.pass('it copies')
    }
    return paths.flatMap((path) => {
      const attribute = attributeOf(resource, path)
      if (attribute === undefined) return []
      if (!attribute.known) return [{ ...judge.unknown(`ADD ${attribute.why}`, attribute), part: path }]
      const text = textOf(attribute.value)
      if (/--checksum=/.test(text))
        return [{ ...judge.pass('its checksum is checked', attribute), part: path }]
      if (/\$\{?\w/.test(text))
        return [{ ...judge.unknown('what it adds is set by an argument', attribute), part: path }]
      const isRemote = /^[^[]*https?:\/\/|"https?:\/\//.test(text)
      if (!isRemote && /\.(tar|tgz|tbz2?|txz|tar\.\w+)\b/.test(text))
        return [{ ...judge.pass('it unpacks an archive', attribute), part: path }]
      const verdict = judge.fail('ADD of an address or of plain files', attribute)
      const isOneLine = attribute.startLine === attribute.endLine
      return [
        { ...(isRemote || !isOneLine ? verdict : mended(verdict, { instead: `COPY ${text}` })), part: path },
      ]
    })
  },
  page: {
    why: 'ADD of an address takes what a server answers on the day of the build; nobody looked at it, and tomorrow it is something else.',
    good: [
      dockerfileExample('FROM node:24.4.1-bookworm-slim', 'COPY src ./src'),
      dockerfileExample('FROM node:24.4.1-bookworm-slim', 'ADD site.tar.gz /srv/'),
    ],
    bad: [dockerfileExample('FROM node:24.4.1-bookworm-slim', 'ADD https://campus.example/health.js ./')],
  },
}
