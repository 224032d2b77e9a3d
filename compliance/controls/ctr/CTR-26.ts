/** The process hears the signal that asks it to end, and has time to finish what it began. */
import { attributeOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { fieldAt, isPod, podPathOf } from '../read/pod.ts'
import { isFinalStage } from '../read/stage.ts'
import { isTask, judgeContainers } from '../read/workload.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'
import { dockerfileExample, podExample } from './examples.ts'

const judge = judgeBy(
  'ENTRYPOINT and CMD are lists, so that the program itself gets SIGTERM, and it has time to end',
  'write CMD ["node", "src/main.js"]; leave terminationGracePeriodSeconds and stopTimeout above zero',
)

export const control: Control = {
  id: 'CTR-26',
  sources: ['dockerfile', 'kubernetes', 'ecs', 'terraform'],
  applies: (resource) => isFinalStage(resource) || isPod(resource) || isTask(resource),
  check: (resource) => {
    if (isFinalStage(resource)) return judgeStage(resource)
    return isPod(resource) ? judgeGrace(resource) : judgeTask(resource)
  },
  page: {
    why: 'A shell in front of the program keeps the signal to itself: every deploy then cuts off the requests under way.',
    good: [
      dockerfileExample('FROM node:24.4.1-bookworm-slim', 'CMD ["node", "src/main.js"]'),
      podExample([], ['terminationGracePeriodSeconds: 30']),
    ],
    bad: [
      dockerfileExample('FROM node:24.4.1-bookworm-slim', 'CMD node src/main.js'),
      podExample([], ['terminationGracePeriodSeconds: 0']),
    ],
  },
}

function judgeStage(resource: Resource): Verdict {
  const [entrypoint, cmd] = ['entrypoint', 'cmd'].map((path) => attributeOf(resource, path))
  if (entrypoint === undefined && cmd === undefined) return judge.notApplicable('its base decides what runs')
  const verdicts = [
    ...(entrypoint === undefined ? [] : [judgeForm(entrypoint, 'ENTRYPOINT')]),
    ...(cmd === undefined ? [] : [judgeForm(cmd, 'CMD')]),
  ]
  return worstOf(verdicts, judge.pass('lists'))
}

function judgeForm(instruction: Attribute, keyword: string): Verdict {
  if (!instruction.known) return judge.unknown(`what runs ${instruction.why}`, instruction)
  const text = textOf(instruction.value).trim()
  if (text === '' || text === '[]') return judge.pass('nothing of its own', instruction)
  if (!text.startsWith('[')) {
    // `exec` puts the program in the place of the shell.
    return /^exec\s/.test(text)
      ? judge.pass('exec takes the place of the shell', instruction)
      : mended(judge.fail('a shell stands in front of the program', instruction), ...listOf(text, keyword))
  }
  const isShell = /^\[\s*"(?:\/bin\/)?(?:ba|da|a)?sh"\s*,\s*"-[a-z]*c"\s*,\s*"(?!exec\s)/.test(text)
  return isShell
    ? judge.fail('a shell stands in front of the program', instruction)
    : judge.pass('a list', instruction)
}

/** Plain words say the same as a list; whatever a shell would do something with is left to people. */
function listOf(text: string, keyword: string): readonly Mend[] {
  if (!/^[\w./@:=,+-]+(?: [\w./@:=,+-]+)*$/.test(text)) return []
  return [
    {
      instead: `${keyword} [${text
        .split(' ')
        .map((word) => JSON.stringify(word))
        .join(', ')}]`,
    },
  ]
}

/** 30 seconds by default. */
function judgeGrace(resource: Resource): Verdict {
  const pod = podPathOf(resource)
  const grace = fieldAt(resource, pod, 'terminationGracePeriodSeconds')
  return judgeTime(grace, 'terminationGracePeriodSeconds')
}

/** 30 seconds by default. */
function judgeTask(resource: Resource): Verdict {
  return judgeContainers(judge, resource, (path) =>
    judgeTime(attributeOf(resource, `${path}.stopTimeout`), 'stopTimeout'),
  )
}

function judgeTime(seconds: Attribute | undefined, name: string): Verdict {
  if (seconds === undefined) return judge.pass(`${name} is the default of 30 s`)
  if (!seconds.known) return judge.unknown(`${name} ${seconds.why}`, seconds)
  const found = `${name} is ${textOf(seconds.value)}`
  return Number(seconds.value) > 0 ? judge.pass(found, seconds) : judge.fail(found, seconds)
}
