import { signal } from '@preact/signals';
import type { InstallationDocument } from '../shared/documents';
import { getDocument } from './requests';
import { isPersonal } from './session';

/** The installation that the page shows; undefined until it is loaded. */
export const installation = signal<InstallationDocument | undefined>(undefined);

/** Loads which installation the page shows. On the local stack, personal data is shown unless it was switched off. */
export const loadInstallation = async (): Promise<void> => {
  const document = await getDocument<InstallationDocument>('installation').catch(() => undefined);
  if (document === undefined) return;
  isPersonal.value ??= document.isLocal;
  installation.value = document;
};
