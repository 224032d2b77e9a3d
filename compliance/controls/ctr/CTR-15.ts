/** Nobody tells a program to believe every certificate. */
import { attributeOf, childrenOf, lastSegmentOf, type Attribute, type Resource } from '../../evidence.ts'
import { commandsOf, readWords } from '../../gather/shell/script.ts'
import { hasOption, programOf, programWords, type ShellCommand } from '../../gather/shell/command.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { isService } from '../read/compose.ts'
import { asksItself } from '../read/loopback-request.ts'
import { mended } from '../read/mend.ts'
import { runsOf, scriptOf } from '../read/run.ts'
import { hiddenEnvironment } from '../read/secrets.ts'
import { isStage } from '../read/stage.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { composeExample, dockerfileExample } from './examples.ts'

const judge = judgeBy(
  'certificates and signatures are checked',
  'remove the switch and give the program the certificate it lacks (NODE_EXTRA_CA_CERTS, --cacert)',
)

/** Variables by which programs stop checking, with the values that do. */
const variables: Readonly<Record<string, RegExp>> = {
  NODE_TLS_REJECT_UNAUTHORIZED: /^0$/,
  GIT_SSL_NO_VERIFY: /^(?:1|true|yes|on)$/i,
  PYTHONHTTPSVERIFY: /^0$/,
  NPM_CONFIG_STRICT_SSL: /^(?:false|0)$/i,
  YARN_STRICT_SSL: /^(?:false|0)$/i,
  YARN_ENABLE_STRICT_SSL: /^(?:false|0)$/i,
  PIP_TRUSTED_HOST: /./,
  GONOSUMDB: /./,
  GOINSECURE: /./,
  CURL_INSECURE: /^(?:1|true)$/i,
  AWS_NO_VERIFY_SSL: /^(?:1|true)$/i,
}
/** Options by program. */
const options: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    curl: ['-k', '--insecure', '--proxy-insecure'],
    wget: ['--no-check-certificate'],
    pip: ['--trusted-host'],
    pip3: ['--trusted-host'],
    'apt-get': ['--allow-unauthenticated', '--force-yes', '--allow-insecure-repositories'],
    apt: ['--allow-unauthenticated', '--allow-insecure-repositories'],
    apk: ['--allow-untrusted'],
    yum: ['--nogpgcheck'],
    dnf: ['--nogpgcheck'],
    rpm: ['--nosignature', '--nodigest'],
    zypper: ['--no-gpg-checks'],
    aws: ['--no-verify-ssl'],
    http: ['--verify=no'],
  }),
)

export const control: Control = {
  id: 'CTR-15',
  sources: ['dockerfile', 'compose'],
  applies: (resource) => isStage(resource) || isService(resource),
  check: (resource) => (isStage(resource) ? judgeStage(resource) : judgeService(resource)),
  page: {
    why: 'A connection that believes every certificate is encrypted for whoever stands in between; what it fetches runs in the image.',
    good: [
      dockerfileExample('FROM debian:12.11-slim', 'RUN curl --fail https://campus.example/x --output /tmp/x'),
      composeExample('environment: { NODE_EXTRA_CA_CERTS: /run/certs/ca.pem }'),
    ],
    bad: [
      dockerfileExample('FROM debian:12.11-slim', 'RUN curl -k https://campus.example/x --output /tmp/x'),
      composeExample("environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' }"),
    ],
  },
}

function judgeStage(resource: Resource): Verdict | readonly Verdict[] {
  if (attributeOf(resource, 'instruction')?.known === false)
    return judge.unknown('its instructions are not known')
  const verdicts = [
    ...runsOf(resource).map(({ path, attribute, text, commands }) => {
      const wrong = commands.map(switchIn).find((each) => each !== undefined)
      const verdict =
        wrong === undefined
          ? judge.pass('it checks', attribute)
          : mended(judge.fail(`it says ${wrong}`, attribute), ...checking(attribute, text))
      return { ...(attribute.known ? verdict : judge.unknown(`RUN ${attribute.why}`, attribute)), part: path }
    }),
    ...['env', 'arg'].flatMap((map) => judgeVariables(resource, map)),
    ...['cmd', 'entrypoint', 'healthcheck'].flatMap((path) => judgeStarted(resource, path)),
  ]
  return verdicts.length === 0 ? judge.notApplicable('it runs and sets nothing') : verdicts
}

/** Takes the switch out of an instruction of one line, where the rest of it then checks. */
function checking({ startLine, endLine }: Attribute, text: string): readonly Mend[] {
  const without = text
    .replace(/\bcurl -k(?=\s)/g, 'curl')
    .replace(
      / --(?:insecure|no-check-certificate|allow-untrusted|nogpgcheck|allow-unauthenticated)(?=\s|$)/g,
      '',
    )
  const isMended =
    without !== text &&
    startLine === endLine &&
    !commandsOf(without).some((each) => switchIn(each) !== undefined)
  return isMended ? [{ instead: `RUN ${without}` }] : []
}

/** What a stage starts when it runs. */
function judgeStarted(resource: Resource, path: string): Verdict[] {
  const attribute = attributeOf(resource, path)
  if (attribute?.known !== true) return []
  const text = textOf(attribute.value).replace(/^CMD\s+/, '')
  return [{ ...judgeCommands(scriptOf(text).commands, attribute), part: path }]
}

function judgeCommands(commands: readonly ShellCommand[], at: Attribute): Verdict {
  const wrong = commands.map(startedSwitchIn).find((each) => each !== undefined)
  return wrong === undefined ? judge.pass('it checks', at) : judge.fail(`it says ${wrong}`, at)
}

/** What asks only itself may do so without checking; a variable is read by whatever runs. */
function startedSwitchIn(command: ShellCommand): string | undefined {
  return variableIn(command) ?? (asksItself(command) ? undefined : optionIn(command))
}

function judgeService(resource: Resource): Verdict | readonly Verdict[] {
  const hidden = hiddenEnvironment(resource)
  const environment = judgeVariables(resource, 'environment').map((verdict) =>
    mended(verdict, { remove: verdict.part ?? 'environment' }),
  )
  const started = ['command', 'entrypoint', 'healthcheck.test'].flatMap((path) => judgeWords(resource, path))
  const verdicts = [...environment, ...started]
  if (hidden !== undefined && !environment.some(({ part }) => part === 'environment.*')) {
    verdicts.push({ ...judge.unknown(hidden, attributeOf(resource, 'env_file')), part: 'env_file' })
  }
  if (verdicts.length > 0) return verdicts
  const whole = attributeOf(resource, 'environment')
  return whole === undefined
    ? judge.notApplicable('it sets no variable and starts what the image says')
    : judge.pass('no variable that stops checking', whole)
}

/** A command of a service, as one text or as its words; `CMD-SHELL` is followed by a script. */
function judgeWords(resource: Resource, path: string): Verdict[] {
  const whole = attributeOf(resource, path)
  if (whole === undefined || (whole.known && whole.value === null)) return []
  const items = childrenOf(resource, path).map((each) => attributeOf(resource, each))
  const words = items.map((each) => (each?.known === true ? textOf(each.value) : '')).filter(isNoMarker)
  const isScript = words.length === 0 || (path === 'healthcheck.test' && words.length === 1)
  const text = isScript ? (words[0] ?? textOf(whole.known ? whole.value : '')) : ''
  const commands = isScript ? commandsOf(text.replaceAll('$$', '$')) : readWords(words).commands
  const verdict = judgeCommands(commands, whole)
  const isOpen =
    !whole.known && (commands.length === 0 || commands.some((each) => isSwitchable(programOf(each))))
  const judged = isOpen && verdict.status === 'pass' ? judge.unknown(`${path} ${whole.why}`, whole) : verdict
  return [{ ...judged, part: path }]
}

function isNoMarker(word: string, index: number): boolean {
  return index > 0 || !/^(?:CMD|CMD-SHELL|NONE)$/.test(word)
}

/** True for a program that an option nobody knows may tell not to check; one without a name may be any. */
function isSwitchable(program: string): boolean {
  return (
    program === '' ||
    program.includes('$') ||
    options.has(program) ||
    ['git', 'npm', 'yarn'].includes(program)
  )
}

/** One verdict for each variable that could stop a program from checking. */
function judgeVariables(resource: Resource, map: string): Verdict[] {
  return childrenOf(resource, map).flatMap((path) => {
    const attribute = attributeOf(resource, path)
    const name = lastSegmentOf(path)
    const wrong = variables[name.toUpperCase()]
    if (attribute === undefined) return []
    if (name === '*') return [{ ...judge.unknown('some variables are not known', attribute), part: path }]
    return wrong === undefined ? [] : [{ ...judgeVariable(name, attribute, wrong), part: path }]
  })
}

function judgeVariable(name: string, attribute: Attribute, wrong: RegExp): Verdict {
  if (!attribute.known) return judge.unknown(`${name} ${attribute.why}`, attribute)
  return wrong.test(textOf(attribute.value))
    ? judge.fail(`${name} is ${textOf(attribute.value)}`, attribute)
    : judge.pass(`${name} checks`, attribute)
}

/** Names what stops a command from checking. */
function switchIn(command: ShellCommand): string | undefined {
  return variableIn(command) ?? optionIn(command)
}

function variableIn(command: ShellCommand): string | undefined {
  const set = [...command.assignments, ...(programOf(command) === 'export' ? command.words : [])]
  for (const each of set) {
    const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(each) ?? []
    if (variables[name.toUpperCase()]?.test(value) === true) return `${name}=${value}`
  }
  return undefined
}

function optionIn(command: ShellCommand): string | undefined {
  const program = programOf(command)
  const line = programWords(command).join(' ')
  const option = (options.get(program) ?? []).find((each) => hasOption(command, each))
  if (option !== undefined) return `${program} ${option}`
  if (/^(?:npm|yarn|pnpm) config set strict-ssl[ =](?:false|0)\b/i.test(line))
    return `${program} strict-ssl false`
  if (program === 'git' && /http\.sslverify[= ](?:false|0)\b/i.test(line)) return 'git http.sslVerify=false'
  return /^(?:npm|yarn) .*--(?:no-)?strict-ssl(?:=false|(?<=no-strict-ssl))/.test(line)
    ? `${program} --no-strict-ssl`
    : undefined
}
