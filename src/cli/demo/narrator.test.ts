import { expect, test } from 'vitest'
import type { Io } from '../io.ts'
import { Narrator } from './narrator.ts'

test('what others do while the agent speaks does not break its sentence', () => {
  const told: string[] = []
  const stdout = { write: (text: string) => told.push(text) } as unknown as Io['stdout']
  const narrator = new Narrator({ stdout, env: { NO_COLOR: '1' } } as unknown as Io, { isSilent: false })
  narrator.speak('I cannot ')
  narrator.tell('person', 'refuses: too late')
  narrator.speak('refund it.')
  narrator.tell('agent', 'calls close {}')
  narrator.tell('process', '42 works on the store')
  narrator.speak('Good-bye')
  narrator.tell('killed', 'process 42')
  narrator.show('the end')
  expect(
    told
      .join('')
      .split('\n')
      .map((line) => line.replace(/ +/g, ' ')),
  ).toEqual([
    'agent I cannot refund it.',
    'person refuses: too late',
    'agent calls close {}',
    'process 42 works on the store',
    'agent Good-bye',
    'killed process 42',
    'the end',
    '',
  ])
})
