/** Images are pinned: the same file makes the same container tomorrow. */
import { attributeOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { fieldAt, isPod, judgePod } from '../read/pod.ts'
import { isStage } from '../read/stage.ts'
import { isTask, isWorkload, judgeContainers } from '../read/workload.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { dockerfileExample, podExample } from './examples.ts'

const judge = judgeBy(
  'images have a digest or the tag of a version, never latest',
  'write image:1.2.3, better image:1.2.3@sha256:…',
)

export const control: Control = {
  id: 'CTR-10',
  sources: ['dockerfile', 'compose', 'terraform', 'kubernetes', 'ecs'],
  applies: (resource) => isStage(resource) || isWorkload(resource) || isPod(resource),
  check: (resource) => {
    if (isPod(resource)) {
      return judgePod(judge, resource, (container) => judgeImage(fieldAt(resource, container, 'image')))
    }
    if (isTask(resource)) {
      return judgeContainers(judge, resource, (path) => judgeImage(attributeOf(resource, `${path}.image`)))
    }
    return isStage(resource) ? judgeStage(resource) : judgeService(resource)
  },
  page: {
    why: 'A tag that moves brings a program nobody tested, or one somebody put there; and nobody can say later what ran.',
    good: [dockerfileExample('FROM node:24.4.1-bookworm-slim'), podExample(['workingDir: /srv/api'])],
    bad: [
      dockerfileExample('FROM node:latest'),
      { file: 'docker-compose.yml', text: 'services:\n  api:\n    image: ghcr.io/campus/api\n' },
    ],
  },
}

function judgeStage(resource: Resource): Verdict {
  if (attributeOf(resource, 'parent') !== undefined)
    return judge.notApplicable('it builds on a stage of this file')
  const image = attributeOf(resource, 'image')
  return image?.known === true && image.value === 'scratch'
    ? judge.notApplicable('scratch has no version', image)
    : judgeImage(image)
}

function judgeService(resource: Resource): Verdict {
  const image = attributeOf(resource, 'image')
  const isBuilt = attributeOf(resource, 'build') !== undefined
  if (isBuilt) return judge.notApplicable('it is built here; its Dockerfile is judged itself', image)
  return judgeImage(image)
}

/** Tags that move by their very purpose. */
const moving =
  /^(latest|stable|edge|nightly|main|master|dev|develop|canary|rolling|current|lts|alpine|slim)$/i

function judgeImage(image: Attribute | undefined): Verdict {
  if (image === undefined) return judge.unknown('no image is named')
  if (!image.known) return judge.unknown(`image ${image.why}`, image)
  const text = textOf(image.value)
  if (/@sha256:[0-9a-f]{64}$/.test(text)) return judge.pass('pinned by digest', image)
  const tag = /:([\w][\w.-]*)$/.exec(text)?.[1]
  if (tag === undefined) return judge.fail(`${text} has no tag`, image)
  return moving.test(tag) || !/\d/.test(tag)
    ? judge.fail(`the tag ${tag} moves`, image)
    : judge.pass(`the tag is ${tag}`, image)
}
