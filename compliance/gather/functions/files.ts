/** Functions that read files: inside the scanned folder only, texts only, and nothing is run. */
import { createHash } from 'node:crypto'
import { text, type Value } from '../values/value.ts'
import { FunctionStop, objectOf, pure, textOf, type CallContext, type FunctionTable } from './definition.ts'

export const fileFunctions: FunctionTable = {
  file: pure(1, 1, ([path], context) => text(contentOf(path, context))),
  filebase64: pure(1, 1, ([path], context) => text(Buffer.from(contentOf(path, context)).toString('base64'))),
  filemd5: hashed('md5', 'hex'),
  filesha1: hashed('sha1', 'hex'),
  filesha256: hashed('sha256', 'hex'),
  filesha512: hashed('sha512', 'hex'),
  filebase64sha256: hashed('sha256', 'base64'),
  filebase64sha512: hashed('sha512', 'base64'),
  templatefile: pure(2, 2, ([path, variables], context) =>
    context.render(contentOf(path, context), objectOf(variables).entries),
  ),
  basename: pure(1, 1, ([path]) => text(lastOf(textOf(path)))),
  dirname: pure(1, 1, ([path]) => text(folderOf(textOf(path)))),
}

function contentOf(path: Value | undefined, { readFile, spend }: CallContext): string {
  const name = textOf(path)
  const content = readFile(name)
  if (content === undefined)
    throw new FunctionStop(`reads ${name}, which is not in the scanned folder`, false)
  if (!spend(Math.ceil(content.length / 100))) throw new FunctionStop('reads more than is allowed', false)
  return content
}

function hashed(algorithm: string, encoding: 'hex' | 'base64') {
  return pure(1, 1, ([path], context) =>
    text(createHash(algorithm).update(contentOf(path, context)).digest(encoding)),
  )
}

function lastOf(path: string): string {
  return path === '' ? '.' : (path.replace(/\/+$/, '').split('/').at(-1) ?? '') || '/'
}

function folderOf(path: string): string {
  const at = path.replace(/\/+$/, '').lastIndexOf('/')
  return at === -1 ? '.' : at === 0 ? '/' : path.slice(0, at)
}
