/** What builds a program stays out of the image that runs it. */
import { attributeOf, type Resource } from '../../evidence.ts'
import { hasOption, programOf, programWords, type ShellCommand } from '../../gather/shell/command.ts'
import { withStatement } from '../attested.ts'
import type { Verdict } from '../control.ts'
import { runsOf } from '../read/run.ts'
import { isFinalStage } from '../read/stage.ts'
import { judgeBy } from '../verdict.ts'
import { dockerfileExample } from './examples.ts'

const judge = judgeBy(
  'the last stage installs no compilers and no dependencies of development',
  'build in a stage of its own and COPY --from it; npm ci --omit=dev',
)

const managers = new Set(['apt-get', 'apt', 'apk', 'yum', 'dnf', 'microdnf', 'zypper'])
const tools =
  /^(?:build-essential|build-base|gcc|g\+\+|gcc-c\+\+|clang|llvm|make|cmake|automake|autoconf|cargo|rust|rustc|golang|go|openjdk-\d+-jdk(?:-headless)?|maven|gradle|git|python3?-dev(?:el)?|musl-dev|libc-dev|gdb|strace|@development[\w-]*)(?:[=~<>].*)?$/

export const control = withStatement(
  {
    id: 'CTR-25',
    sources: ['dockerfile'],
    applies: isFinalStage,
    check: judgeStage,
    page: {
      why: 'A compiler in an image is a tool for whoever breaks in, and every package more is one more that has holes.',
      good: [
        dockerfileExample(
          'FROM node:24.4.1-bookworm-slim AS build',
          'RUN npm ci && npm run build',
          'FROM node:24.4.1-bookworm-slim',
          'COPY --from=build /srv/dist ./dist',
          'RUN npm ci --omit=dev',
        ),
      ],
      bad: [
        dockerfileExample(
          'FROM node:24.4.1-bookworm-slim',
          'RUN apt-get update && apt-get install --yes build-essential',
        ),
        dockerfileExample('FROM node:24.4.1-bookworm-slim', 'COPY . .', 'RUN npm ci'),
      ],
    },
  },
  'the images that run hold no compilers, package managers or dependencies of development',
)

function judgeStage(resource: Resource): Verdict | readonly Verdict[] {
  if (attributeOf(resource, 'instruction')?.known === false)
    return judge.unknown('its instructions are not known')
  const image = attributeOf(resource, 'image')
  if (image?.known === true && image.value === 'scratch' && runsOf(resource).length === 0) {
    return judge.notApplicable('scratch has nothing to install with', image)
  }
  const mode = attributeOf(resource, 'env.NODE_ENV')
  const isProduction = mode?.known === true && mode.value === 'production'
  const runs = runsOf(resource)
  if (runs.length === 0) return judge.pass('it installs nothing')
  return runs.map(({ path, attribute, commands }) => {
    const wrong = commands.map((each) => toolIn(each, isProduction)).find((each) => each !== undefined)
    if (!attribute.known) return { ...judge.unknown(`RUN ${attribute.why}`, attribute), part: path }
    const isRemoved = commands.some((each) =>
      /^(?:del|remove|purge|erase|autoremove)$/.test(programWords(each)[1] ?? ''),
    )
    return wrong === undefined || (isRemoved && !/^(?:npm|yarn|pnpm) /.test(wrong))
      ? { ...judge.pass('it installs no tool of builds', attribute), part: path }
      : { ...judge.fail(`it runs ${wrong}`, attribute), part: path }
  })
}

function toolIn(command: ShellCommand, isProduction: boolean): string | undefined {
  const program = programOf(command)
  const [, verb = '', ...rest] = programWords(command)
  if (managers.has(program)) {
    const tool = rest.find((word) => tools.test(word))
    return tool === undefined ? undefined : `${program} ${verb} ${tool}`
  }
  const omits = hasOption(
    command,
    '--omit=dev',
    '--production',
    '--prod',
    '-P',
    '--only=production',
    '--only=prod',
  )
  const isGlobal = hasOption(command, '-g', '--global')
  if (omits || isProduction || isGlobal) return undefined
  if (program === 'npm' && /^(?:ci|install|i|clean-install)$/.test(verb))
    return `npm ${verb} without --omit=dev`
  if (program === 'pnpm' && /^(?:install|i)$/.test(verb)) return `pnpm ${verb} without --prod`
  return program === 'yarn' && (verb === '' || verb === 'install')
    ? 'yarn install without --production'
    : undefined
}
