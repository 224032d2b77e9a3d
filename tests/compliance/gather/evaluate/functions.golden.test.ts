/** Calls with what the documentation of each function of Terraform says they give (developer.hashicorp.com/terraform/language/functions). */
import { expect } from 'chai'
import { functions } from '../../../../compliance/gather/functions/table.ts'
import { evaluateText, shown } from './evaluate-text.ts'

const error = { error: true }
const unknown = { unknown: true }

const golden: readonly (readonly [expression: string, expected: unknown])[] = [
  // Numbers.
  ['abs(23)', 23],
  ['abs(-12.4)', '12.4'],
  ['ceil(5.1)', 6],
  ['ceil(-5.1)', -5],
  ['floor(4.9)', 4],
  ['floor(-4.9)', -5],
  ['log(16, 2)', 4],
  ['ceil(log(15, 2))', 4],
  ['max(12, 54, 3)', 54],
  ['max([12, 54, 3]...)', 54],
  ['min(12, 54, 3)', 3],
  ['parseint("100", 10)', 100],
  ['parseint("FF", 16)', 255],
  ['parseint("-10", 2)', -2],
  ['parseint("1011111011101111", 2)', 48879],
  ['parseint("aA", 62)', 656],
  ['parseint("12", 2)', error],
  ['pow(3, 2)', 9],
  ['pow(4, 0)', 1],
  ['signum(-13)', -1],
  ['signum(0)', 0],
  ['sum([10, 13, 6, 4.5])', '33.5'],
  ['sum([0.1, 0.2]) == 0.3', true],
  ['sum([])', error],
  ['10 / 4', '2.5'],
  ['1 / 3 * 3 < 1.5', true],
  ['-7 % 3', -1],
  ['12345678901234567890 + 1', '12345678901234567891'],
  ['1 / 0', error],
  // Texts.
  ['chomp("hello\\n\\n")', 'hello'],
  ['endswith("hello world", "world")', true],
  ['format("Hello, %s!", "Ander")', 'Hello, Ander!'],
  ['format("There are %d lights", 4)', 'There are 4 lights'],
  ['format("%#v", "hello")', '"hello"'],
  ['format("%#v", true)', 'true'],
  ['format("%v", [1, "a"])', '[1,"a"]'],
  ['format("%05d|%-5s|%5s|%x|%X|%b|%o", 42, "a", "b", 255, 255, 5, 8)', '00042|a    |    b|ff|FF|101|10'],
  ['format("%.2f%%", 99.5)', '99.50%'],
  ['format("%[2]s %[1]s", "a", "b")', 'b a'],
  ['format("%s")', error],
  ['format("x", 1)', error],
  ['formatlist("Hello, %s!", ["Valentina", "Ander"])', ['Hello, Valentina!', 'Hello, Ander!']],
  ['formatlist("%s, %s!", "Salutations", ["a", "b"])', ['Salutations, a!', 'Salutations, b!']],
  ['indent(2, "[\\n  foo,\\n]")', '[\n    foo,\n  ]'],
  ['join("-", ["foo", "bar", "baz"])', 'foo-bar-baz'],
  ['join(", ", ["foo"])', 'foo'],
  ['lower("HELLO")', 'hello'],
  ['regex("[a-z]+", "53453453.345345aaabbbccc23454")', 'aaabbbccc'],
  ['regex("(\\\\d\\\\d\\\\d\\\\d)-(\\\\d\\\\d)-(\\\\d\\\\d)", "2019-02-01")', ['2019', '02', '01']],
  [
    'regex("^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?", "https://terraform.io/docs/")',
    { scheme: 'https', authority: 'terraform.io' },
  ],
  ['regex("[a-z]+", "53453453.34534523454")', error],
  ['regex("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")', unknown],
  ['regex("(a|aa)*$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")', unknown],
  ['regex("a(?=b)", "ab")', error],
  ['regexall("[a-z]+", "1234abcd5678efgh9")', ['abcd', 'efgh']],
  ['length(regexall("[a-z]+", "123456789")) > 0', false],
  ['regexall("[[:digit:]]+", "a1b22")', ['1', '22']],
  ['replace("1 + 2 + 3", "+", "-")', '1 - 2 - 3'],
  ['replace("hello world", "/w.*d/", "everybody")', 'hello everybody'],
  ['replace("ab-cd", "/(\\\\w+)-(\\\\w+)/", "$2 ${"$"}{1}")', 'cd ab'],
  ['split(",", "foo,bar,baz")', ['foo', 'bar', 'baz']],
  ['split(",", "")', ['']],
  ['startswith("hello world", "hello")', true],
  ['strcontains("hello world", "wor")', true],
  ['strrev("hello")', 'olleh'],
  ['strrev("a ☃")', '☃ a'],
  ['substr("hello world", 1, 4)', 'ello'],
  ['substr("hello world", -5, -1)', 'world'],
  ['substr("hello world", 6, 10)', 'world'],
  ['substr("🤔🤷", 0, 1)', '🤔'],
  ['title("hello world")', 'Hello World'],
  ['trim("?!hello?!", "!?")', 'hello'],
  ['trimprefix("helloworld", "hello")', 'world'],
  ['trimsuffix("helloworld", "world")', 'hello'],
  ['trimspace("  hello\\n\\n")', 'hello'],
  ['upper("hello")', 'HELLO'],
  // Collections.
  ['alltrue(["true", true])', true],
  ['alltrue([true, false])', false],
  ['alltrue([])', true],
  ['anytrue([])', false],
  ['anytrue(["true"])', true],
  ['chunklist(["a", "b", "c", "d", "e"], 2)', [['a', 'b'], ['c', 'd'], ['e']]],
  ['coalesce("a", "b")', 'a'],
  ['coalesce("", "b")', 'b'],
  ['coalesce(null, 1)', 1],
  ['coalescelist([], ["c", "d"])', ['c', 'd']],
  ['compact(["a", "", "b", null, "c"])', ['a', 'b', 'c']],
  ['concat(["a", ""], ["b", "c"])', ['a', '', 'b', 'c']],
  ['contains(["a", "b", "c"], "a")', true],
  ['contains(["a", "b", "c"], "d")', false],
  ['contains([x.y], x.y)', true],
  ['contains([x.y], "a")', unknown],
  ['distinct(["a", "b", "a", "c", "d", "b"])', ['a', 'b', 'c', 'd']],
  ['element(["a", "b", "c"], 3)', 'a'],
  ['element(["a", "b", "c"], -1)', 'c'],
  ['flatten([["a", "b"], [], ["c"]])', ['a', 'b', 'c']],
  ['flatten([[["a", "b"], []], ["c"]])', ['a', 'b', 'c']],
  ['index(["a", "b", "c"], "b")', 1],
  ['keys({b=1, a=2})', ['a', 'b']],
  ['length([])', 0],
  ['length("hello")', 5],
  ['length("👾🕹️")', 2],
  ['length({a = x.y})', 1],
  ['lookup({a="ay", b="bee"}, "a", "what?")', 'ay'],
  ['lookup({a="ay", b="bee"}, "c", "what?")', 'what?'],
  [
    'matchkeys(["i-123", "i-abc", "i-def"], ["us-west", "us-east", "us-east"], ["us-east"])',
    ['i-abc', 'i-def'],
  ],
  ['merge({a="b", c="d"}, {e="f", c="z"})', { a: 'b', c: 'z', e: 'f' }],
  ['merge({a=1}, null)', { a: 1 }],
  ['merge({a=1}, x.y).a', unknown],
  ['merge(x.y, {a=1}).a', 1],
  ['one([])', null],
  ['one(["hello"])', 'hello'],
  ['one(["a", "b"])', error],
  ['range(3)', [0, 1, 2]],
  ['range(1, 4)', [1, 2, 3]],
  ['range(1, 8, 2)', [1, 3, 5, 7]],
  ['range(4, 1)', [4, 3, 2]],
  ['range(0)', []],
  ['reverse([1, 2, 3])', [3, 2, 1]],
  ['setintersection(["a", "b"], ["b", "c"], ["b", "d"])', { set: ['b'] }],
  [
    'setproduct(["a", "b"], ["c", "d"])',
    [
      ['a', 'c'],
      ['a', 'd'],
      ['b', 'c'],
      ['b', 'd'],
    ],
  ],
  ['setsubtract(["a", "b", "c"], ["a", "c"])', { set: ['b'] }],
  ['setunion(["a", "b"], ["b", "c"], ["d"])', { set: ['a', 'b', 'c', 'd'] }],
  ['slice(["a", "b", "c", "d"], 1, 3)', ['b', 'c']],
  ['sort(["e", "d", "a", "x"])', ['a', 'd', 'e', 'x']],
  ['transpose({"a" = ["1", "2"], "b" = ["2", "3"]})', { 1: ['a'], 2: ['a', 'b'], 3: ['b'] }],
  ['values({a=3, c=2, d=1})', [3, 2, 1]],
  ['zipmap(["a", "b"], [1, 2])', { a: 1, b: 2 }],
  // Encodings, hashes.
  ['base64decode("SGVsbG8gV29ybGQ=")', 'Hello World'],
  ['base64encode("Hello World")', 'SGVsbG8gV29ybGQ='],
  ['textencodebase64("Hello World", "UTF-8")', 'SGVsbG8gV29ybGQ='],
  ['textdecodebase64("SGVsbG8gV29ybGQ=", "UTF-8")', 'Hello World'],
  [
    'csvdecode("a,b,c\\n1,2,3\\n4,5,6")',
    [
      { a: '1', b: '2', c: '3' },
      { a: '4', b: '5', c: '6' },
    ],
  ],
  ['csvdecode("a\\n\\"x,\\"\\"y\\"\\n")', [{ a: 'x,"y' }]],
  ['jsondecode("{\\"hello\\": \\"world\\"}")', { hello: 'world' }],
  ['jsondecode("true")', true],
  ['jsondecode("{")', error],
  ['jsonencode({"hello"="world"})', '{"hello":"world"}'],
  ['jsonencode({b = "<&>", a = [1, null, 1.5]})', '{"a":[1,null,1.5],"b":"\\u003c\\u0026\\u003e"}'],
  ['jsondecode(jsonencode({a = x.y, b = 1})).b', 1],
  ['jsonencode({a = x.y}) == jsonencode({a = x.y})', true],
  ['urlencode("Hello World!")', 'Hello+World%21'],
  ['urlencode("☃")', '%E2%98%83'],
  ['urldecode("Hello+World%21")', 'Hello World!'],
  ['yamlencode({"a":"b", "c":"d"})', '"a": "b"\n"c": "d"\n'],
  [
    'yamlencode({"foo":[1, {"a":"b","c":"d"}, 3], "bar": "baz"})',
    '"bar": "baz"\n"foo":\n- 1\n- "a": "b"\n  "c": "d"\n- 3\n',
  ],
  ['yamldecode("{a: &foo [1, 2, 3], b: *foo}")', { a: [1, 2, 3], b: [1, 2, 3] }],
  ['yamldecode("hello: world")', { hello: 'world' }],
  ['md5("hello world")', '5eb63bbbe01eeed093cb22bb8f5acdc3'],
  ['sha1("hello world")', '2aae6c35c94fcfb415dbe95f408b9ce91ee846ed'],
  ['sha256("hello world")', 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9'],
  ['base64sha256("hello world")', 'uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek='],
  ['uuidv5("dns", "www.terraform.io")', 'a5008fae-b28c-5ba5-96cd-82b4c53552d6'],
  ['uuid() == uuid()', unknown],
  ['timestamp() == timestamp()', true],
  // Dates.
  ['formatdate("DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z")', '02 Jan 2018 23:12 UTC'],
  ['formatdate("EEEE, DD-MMM-YY hh:mm:ss ZZZ", "2018-01-02T23:12:01Z")', 'Tuesday, 02-Jan-18 23:12:01 UTC'],
  [
    'formatdate("EEE, DD MMM YYYY hh:mm:ss ZZZ", "2018-01-02T23:12:01-08:00")',
    'Tue, 02 Jan 2018 23:12:01 -0800',
  ],
  ['formatdate("HH:mmaa", "2018-01-02T23:12:01Z")', '11:12pm'],
  ['formatdate("h\'h\'mm", "2018-01-02T03:12:01Z")', '3h12'],
  ['timeadd("2017-11-22T00:00:00Z", "10m")', '2017-11-22T00:10:00Z'],
  ['timecmp("2017-11-22T00:00:00Z", "2017-11-22T01:00:00Z")', -1],
  ['timecmp("2017-11-22T01:00:00Z", "2017-11-22T00:00:00-01:00")', 0],
  // Networks.
  ['cidrhost("10.12.112.0/20", 16)', '10.12.112.16'],
  ['cidrhost("10.12.112.0/20", 268)', '10.12.113.12'],
  ['cidrhost("fd00:fd12:3456:7890:00a2::/72", 34)', 'fd00:fd12:3456:7890::22'],
  ['cidrnetmask("172.16.0.0/12")', '255.240.0.0'],
  ['cidrsubnet("172.16.0.0/12", 4, 2)', '172.18.0.0/16'],
  ['cidrsubnet("10.1.2.0/24", 4, 15)', '10.1.2.240/28'],
  ['cidrsubnet("fd00:fd12:3456:7890::/56", 16, 162)', 'fd00:fd12:3456:7800:a200::/72'],
  ['cidrsubnet("10.0.0.0/24", 1, 2)', error],
  ['cidrsubnets("10.1.0.0/16", 4, 4, 8, 4)', ['10.1.0.0/20', '10.1.16.0/20', '10.1.32.0/24', '10.1.48.0/20']],
  // Types.
  ['tostring(true)', 'true'],
  ['tostring([])', error],
  ['tonumber("1")', 1],
  ['tonumber("no")', error],
  ['tobool("true")', true],
  ['tobool("no")', error],
  ['tolist(["a", 1])', ['a', '1']],
  ['toset(["c", "b", "b"])', { set: ['b', 'c'] }],
  ['tomap({"a" = "foo", "b" = true})', { a: 'foo', b: 'true' }],
  ['try(x.y, "a")', unknown],
  ['try({a = 1}.b, "fallback")', 'fallback'],
  ['can({a = 1}.b)', false],
  ['can(tonumber("1"))', true],
  ['nonsensitive(sensitive(1))', 1],
  ['issensitive(sensitive("a"))', true],
  ['issensitive("${sensitive("a")}b")', true],
  ['basename("foo/bar/baz.txt")', 'baz.txt'],
  ['dirname("foo/bar/baz.txt")', 'foo/bar'],
]

describe('the functions of Terraform', () => {
  for (const [expression, expected] of golden) {
    it(`give what their documentation says for ${expression}`, () => {
      expect(shown(evaluateText(expression))).to.deep.equal(expected)
    })
  }

  it('are each looked at, but those that read files', () => {
    const called = new Set(
      golden.flatMap(([expression]) => [...expression.matchAll(/(\w+)\(/g)].map(([, name]) => name)),
    )
    const missing = [...functions.keys()].filter(
      (name) => !called.has(name) && !/^file|^templatefile/.test(name),
    )
    expect(missing).to.have.members(['ephemeralasnull', 'sha512', 'base64sha512', 'cidrcontains'])
  })

  it('read files inside the scanned folder, and know nothing of others', () => {
    const files = {
      'motd.txt': 'Hello',
      'list.tftpl': '%{ for port in ports ~}\nport ${port}\n%{ endfor ~}\n',
    }
    expect(shown(evaluateText('file("motd.txt")', { files }))).to.equal('Hello')
    expect(shown(evaluateText('filebase64("motd.txt")', { files }))).to.equal('SGVsbG8=')
    expect(shown(evaluateText('filesha256("motd.txt") == sha256("Hello")', { files }))).to.equal(true)
    expect(shown(evaluateText('file("/etc/passwd")', { files }))).to.deep.equal(unknown)
    expect(shown(evaluateText('templatefile("list.tftpl", { ports = [80, 443] })', { files }))).to.equal(
      'port 80\nport 443\n',
    )
    expect(shown(evaluateText('templatefile("list.tftpl", {})', { files }))).to.deep.equal(error)
  })
})
