/** Files are copied, not fetched: ADD takes what an address answers today. */
import { attributeOf, childrenOf } from '../../evidence.ts'
import type { Control } from '../control.ts'
import { isStage } from '../read/stage.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

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
      return /^[^[]*https?:\/\/|"https?:\/\//.test(text) || !/\.(tar|tgz|tbz2?|txz|tar\.\w+)\b/.test(text)
        ? [{ ...judge.fail('ADD of an address or of plain files', attribute), part: path }]
        : [{ ...judge.pass('it unpacks an archive', attribute), part: path }]
    })
  },
}
