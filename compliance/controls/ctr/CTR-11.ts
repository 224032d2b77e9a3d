/** Images come from registries the house allows. */
import { attributeOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { fieldAt, isPod, judgePod } from '../read/pod.ts'
import { isAllowedRegistry, registryOf } from '../read/registries.ts'
import { isStage } from '../read/stage.ts'
import { isTask, isWorkload, judgeContainers } from '../read/workload.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { dockerfileExample, podExample } from './examples.ts'

const judge = judgeBy(
  'the registry of the image is one of the allowed ones',
  'copy the image into your own registry and take it from there',
)

export const control: Control = {
  id: 'CTR-11',
  sources: ['dockerfile', 'compose', 'terraform', 'kubernetes', 'ecs'],
  applies: (resource) => isStage(resource) || isWorkload(resource) || isPod(resource),
  check: (resource) => {
    if (isPod(resource)) {
      return judgePod(judge, resource, (path) => judgeImage(fieldAt(resource, path, 'image')))
    }
    if (isTask(resource)) {
      return judgeContainers(judge, resource, (path) => judgeImage(attributeOf(resource, `${path}.image`)))
    }
    return judgeOne(resource)
  },
  page: {
    why: 'What a registry nobody chose hands out, nobody looked at: an image runs with whatever is in it.',
    good: [dockerfileExample('FROM node:24.4.1-bookworm-slim'), podExample([])],
    bad: [
      dockerfileExample('FROM 203.0.113.7:5000/node:24.4.1'),
      { file: 'docker-compose.yml', text: 'services:\n  api:\n    image: ttl.sh/campus-api:1.0.0\n' },
    ],
  },
}

function judgeOne(resource: Resource): Verdict {
  const image = attributeOf(resource, 'image')
  if (attributeOf(resource, 'parent') !== undefined && isStage(resource))
    return judge.notApplicable('it builds on a stage of this file')
  if (image?.known === true && image.value === 'scratch')
    return judge.notApplicable('scratch comes from nowhere', image)
  return attributeOf(resource, 'build') !== undefined && !isStage(resource)
    ? judge.notApplicable('it is built here; its Dockerfile is judged itself', image)
    : judgeImage(image)
}

function judgeImage(image: Attribute | undefined): Verdict {
  if (image === undefined) return judge.unknown('no image is named')
  if (!image.known) return judge.unknown(`image ${image.why}`, image)
  const registry = registryOf(textOf(image.value))
  return isAllowedRegistry(registry)
    ? judge.pass(`it comes from ${registry}`, image)
    : judge.fail(`${registry} is not an allowed registry`, image)
}
