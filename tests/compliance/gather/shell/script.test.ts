import { expect } from 'chai'
import fc from 'fast-check'
import { hasOption, programOf } from '../../../../compliance/gather/shell/command.ts'
import {
  commandsOf,
  readScript,
  readWords,
  setsPipefail,
} from '../../../../compliance/gather/shell/script.ts'
import { propertyRuns } from '../../../support/property.ts'

const words = (script: string) => commandsOf(script).map((command) => command.words)

describe('the shell tokenizer', () => {
  it('takes lists, pipes and continued lines apart', () => {
    expect(words('apt-get update && \\\n  apt-get install -y curl; rm -rf /x')).to.deep.equal([
      ['apt-get', 'update'],
      ['apt-get', 'install', '-y', 'curl'],
      ['rm', '-rf', '/x'],
    ])
    const [curl, sh] = commandsOf('curl -fsSL https://a.example/x | sh -s -- -y')
    expect(curl).to.include({ after: '|' })
    expect(sh).to.include({ before: '|' })
  })

  it('takes quotes away and keeps what is expanded as it was written', () => {
    expect(words(`echo "a b" 'c;d' e\\ f "$HOME/\${X:-y}" \${{ github.head_ref }}`)).to.deep.equal([
      ['echo', 'a b', 'c;d', 'e f', '$HOME/${X:-y}', '${{ github.head_ref }}'],
    ])
  })

  it('finds commands inside substitutions, subshells and compound commands', () => {
    expect(words('x="$(curl -k https://a.example)" y')).to.deep.equal([
      ['curl', '-k', 'https://a.example'],
      ['y'],
    ])
    expect(words('(cd a && make)')).to.deep.equal([['cd', 'a'], ['make']])
    expect(words('if test -f a; then npm ci; fi')).to.deep.equal([
      ['test', '-f', 'a'],
      ['npm', 'ci'],
    ])
    expect(words('echo `whoami`')).to.deep.equal([['whoami'], ['echo', '`whoami`']])
  })

  it('finds what find runs for each file', () => {
    const [, each, many] = commandsOf(
      "find / -perm +6000 -exec chmod a-s {} \\; -o -execdir sh -c 'curl -k $0' {} +",
    )
    expect(each).to.deep.include({ words: ['chmod', 'a-s', '{}'], after: '||' })
    expect(many).to.deep.include({ words: ['sh', '-c', 'curl -k $0', '{}'], after: '' })
    expect(words("sudo find . -exec sh -c 'curl -k $0' {} ';' && a")).to.deep.include(['curl', '-k', '$0'])
    expect(readScript(`find ${'-exec find '.repeat(3_000)}`).open).to.be.a('string')
  })

  it('leaves out comments, redirections and here-documents', () => {
    expect(words('a # b\nc > d 2>&1 &>e\ncat <<EOF\nrm -rf /\nEOF\nf')).to.deep.equal([
      ['a'],
      ['c'],
      ['cat'],
      ['f'],
    ])
    expect(words("cat <<-'EOF'\n\tx\n\tEOF\nf <<< text")).to.deep.equal([['cat'], ['f']])
  })

  it('tells lines, assignments and what runs behind sudo and env', () => {
    const commands = commandsOf('a\nA=1 B=2 sudo -u x env C=3 /usr/bin/curl -fsSk u\n\nd')
    expect(commands.map(({ line }) => line)).to.deep.equal([0, 1, 3])
    const [, curl] = commands
    expect(curl?.assignments).to.deep.equal(['A=1', 'B=2'])
    expect(curl && programOf(curl)).to.equal('curl')
    expect(curl && hasOption(curl, '-k', '--insecure')).to.equal(true)
    expect(setsPipefail(commandsOf('set -euo pipefail\na | b'))).to.equal(true)
  })

  const insecure: readonly string[] = [
    'timeout -k 5 60 curl -k https://a.example',
    'cat list | xargs -n1 -P 4 curl -k',
    'stdbuf -oL setsid chroot /mnt gosu app curl -k https://a.example',
    'case $a in x) curl -k https://a.example ;; esac',
    'case "$a" in\n  # one\n  (x|"y z") b ;;\n  *) curl -k https://a.example\nesac',
    'case a in a) case b in b) c;; esac;; d) curl -k https://a.example;; esac; e',
    'f() { curl -k https://a.example; }; f',
    'function f { curl -k https://a.example; }',
    'sh -c "curl -k https://a.example"',
    "bash -euo pipefail -c 'cd /x && curl -k https://a.example | bash'",
    'sudo -u app bash -lc "curl -k https://a.example"',
    'su app -c "curl -k https://a.example"',
    `sh -c 'sh -c "curl -k https://a.example"'`,
    'eval "curl -k https://a.example"',
    'bash -s <<EOF\ncurl -k https://a.example\nEOF\nb',
  ]
  for (const script of insecure) {
    it(`sees through ${JSON.stringify(script)}`, () => {
      const curl = commandsOf(script).filter((each) => programOf(each) === 'curl')
      expect(curl.map((each) => hasOption(each, '-k'))).to.deep.equal([true])
    })
  }

  it('reads the branches of a case as commands of their own', () => {
    expect(words('case $a in x|y) b ;; z) c; d ;; esac; e')).to.deep.equal([['b'], ['c'], ['d'], ['e']])
    expect(words('e $(case a in a) b;; esac)\nc')[0]).to.deep.equal(['b'])
    expect(words('(case a in a) b;; esac); c')).to.deep.equal([['b'], ['c']])
  })

  it('takes the end of a command for the end of the script in it', () => {
    const [, inner, next] = commandsOf('bash -c "scan image" || true')
    expect(inner).to.deep.include({ words: ['scan', 'image'], after: '||' })
    expect(next?.words).to.deep.equal(['true'])
  })

  it('does not take an option of a wrapper for one of the program', () => {
    const [curl] = commandsOf('timeout -k 5 60 curl -fsS https://a.example')
    expect(curl && hasOption(curl, '-k')).to.equal(false)
  })

  it('reads words that start a shell without one', () => {
    expect(readWords(['bash', '-c', 'a && b']).commands.map((each) => each.words)).to.deep.equal([
      ['bash', '-c', 'a && b'],
      ['a'],
      ['b'],
    ])
  })

  it('says when there may be more than it read', () => {
    expect(readScript('a; b')).to.not.have.property('open')
    expect(readScript('a;'.repeat(10_000)).open).to.include('5000 commands')
    expect(readScript(`${'$('.repeat(9)}a${')'.repeat(9)}; curl -k https://a.example`).open).to.include(
      'nested',
    )
  })

  it('ends on anything, and reads no more commands than it may', () => {
    const pieces = fc.constantFrom(
      ...`a|b|sh -c |eval |case x in |esac|f()|;;|;|&|(|)|$(|\`|"|'|\${|}|<<E|\n|\\|#|>|<(|{| `.split('|'),
      '|',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const script = parts.join('')
        const lines = script.split('\n').length
        for (const { line } of commandsOf(script)) expect(line).to.be.within(0, lines)
      }),
      propertyRuns({ ci: 500, soak: 50_000 }),
    )
    expect(commandsOf('a;'.repeat(10_000))).to.have.lengthOf(5_000)
    expect(commandsOf('$('.repeat(20_000)).length).to.be.below(20)
  })
})
