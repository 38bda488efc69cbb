// Packs the word vectors that the package ships (assets/word-vectors.br) from the files they are published as:
//   HOLDFAST_DATA=../data node scripts/word-vectors.ts
// Needed once; the result is tracked. What it is and where it comes from stands in NOTICE.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { root } from './package.ts'

const source = join(process.env.HOLDFAST_DATA ?? '', 'word-vectors')
const words = readFileSync(join(source, 'words.txt'), 'utf8').trimEnd().split('\n')
const text = Buffer.from(words.join('\n'))
const vectors = readFileSync(join(source, 'vectors.i8'))
const head = Buffer.alloc(12)
head.writeUInt32LE(words.length, 0)
head.writeUInt32LE(vectors.length / words.length, 4)
head.writeUInt32LE(text.length, 8)
// Scales are left out: a word counts by its direction, so every row is brought to length 1 anyway.
const packed = brotliCompressSync(Buffer.concat([head, text, vectors]), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
})
writeFileSync(join(root, 'assets/word-vectors.br'), packed)
console.log(`${words.length} words, ${packed.length} bytes`)
