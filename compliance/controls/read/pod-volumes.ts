/** Judges what a pod mounts from its host. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import type { Judge } from '../verdict.ts'
import { textOf } from '../text.ts'
import { fieldAt, podVolumesOf, volumesPathOf } from './pod.ts'

/** Judges each volume of a pod by the path of the host it stands for, if any. */
export function judgePodVolumes(
  judge: Judge,
  resource: Resource,
  isForbidden: (path: string) => boolean,
): Verdict | readonly Verdict[] {
  const list = volumesPathOf(resource)
  const whole = attributeOf(resource, list)
  const paths = podVolumesOf(resource)
  if (whole === undefined) return judge.pass('it mounts nothing of its host')
  if (paths.length === 0) {
    return whole.known ? judge.pass('it mounts nothing') : judge.unknown(`${list} ${whole.why}`, whole)
  }
  return paths.map((path) => ({ ...judgeVolume(judge, resource, path, isForbidden), part: path }))
}

function judgeVolume(
  judge: Judge,
  resource: Resource,
  path: string,
  isForbidden: (path: string) => boolean,
): Verdict {
  if (path.endsWith('.*')) return judge.unknown('some volumes are not known')
  const source = fieldAt(resource, path, 'hostPath', 'path')
  if (source === undefined) return judge.pass('not a path of the host')
  if (!source.known) return judge.unknown(`hostPath ${source.why}`, source)
  const text = textOf(source.value)
  return isForbidden(text) ? judge.fail(`${text} is mounted`, source) : judge.pass('an allowed path', source)
}
