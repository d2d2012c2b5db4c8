/** The command cannot do what was asked. The message is one sentence that names the wrong flag, value or file. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}
