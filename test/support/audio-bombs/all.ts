import type { AudioBomb } from './audio-bomb';
import { mp3Bombs } from './mp3-bombs';
import { oggBombs } from './ogg-bombs';
import { wavBombs } from './wav-bombs';

/** Every crafted file, of all formats. */
export const audioBombs: readonly AudioBomb[] = [...wavBombs, ...mp3Bombs, ...oggBombs];
