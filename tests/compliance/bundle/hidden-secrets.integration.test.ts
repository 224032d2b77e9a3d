import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { unpack } from '../../../compliance/bundle/archive.ts'
import { makeBundle } from '../../../compliance/bundle/make-bundle.ts'
import { verifyBundle } from '../../../compliance/bundle/verify-bundle.ts'
import { look } from '../../../compliance/command.ts'

const clockMillis = Date.parse('2026-11-21T12:00:00.000Z')

describe('a secret of a scanned file', () => {
  let root = ''

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'campanile-canaries-'))
  })

  afterEach(() => {
    rmSync(root, { recursive: true, force: true })
  })

  const texts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'marked as sensitive': {
      'main.tf':
        'variable "pw" {\n  sensitive = true\n  default   = "s3cretCANARY1q"\n}\nvariable "nope" {}\nresource "aws_db_instance" "d" {\n  password   = format("%s-%s", var.pw, var.nope)\n  username   = "${var.pw}${var.nope}"\n  identifier = var.pw == var.nope ? "a" : "b"\n  engine     = var.pw == "" ? var.pw : var.nope\n  tags       = { a = base64encode(var.pw) }\n}\n',
    },
    'in a file of values': {
      'main.tf':
        'variable "pw" {\n  sensitive = true\n}\nresource "aws_db_instance" "d" {\n  password = var.pw\n}\n',
      'terraform.tfvars': 'pw = "s3cretCANARY1q"\n',
    },
    'known in parts': {
      'main.tf':
        'variable "nope" {}\nlocals {\n  written = "${var.nope}hunter2CANARYx9"\n  joined  = join("-", ["hunter2CANARYx9", var.nope])\n}\nresource "aws_db_instance" "d" {\n  password = "${var.nope}hunter2CANARYx9"\n}\nresource "aws_rds_cluster" "c" {\n  master_password = local.written\n}\nresource "aws_rds_cluster" "d" {\n  master_password = local.joined\n}\n',
    },
    'given by another name': {
      'main.tf':
        'locals {\n  written = "hunter2CANARYx9"\n}\nresource "aws_db_instance" "d" {\n  password = local.written\n}\n',
    },
    'of which something hangs': {
      'main.tf':
        'variable "pw" {\n  sensitive = true\n  default = "s3cretCANARY1q"\n}\nvariable "nope" {}\nresource "aws_db_instance" "d" {\n  count = var.pw == var.nope ? 1 : 0\n}\n',
    },
  }

  for (const [name, files] of Object.entries(texts)) {
    it(`stands in no report and no bundle where it is ${name}`, async () => {
      for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text)
      const looked = await look([root], { clockMillis })
      const bundle = await makeBundle(looked)
      const parts = [JSON.stringify(looked.posture), ...(await unpack(bundle)).values()]
      expect(parts.join('\n').match(/.{0,80}CANARY.{0,40}/g)).to.equal(null)
      expect((await verifyBundle(bundle, looked)).faults).to.deep.equal([])
    })
  }
})
