import { type Answer, jsonAnswer } from './answer';
import type { SimulatorState } from './state';
import { slotsUsed } from './voices';

const startOfNextMonthS = (nowMs: number): number => {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) / 1000;
};

/** `GET /v1/user/subscription`: the plan with its voice slots and the month's counter of adds. */
export const getSubscription = ({ voices, voiceAddEditCounter, settings }: SimulatorState, nowMs: number): Answer =>
  jsonAnswer(200, {
    tier: 'creator',
    character_count: 17_231,
    character_limit: 100_000,
    max_character_limit_extension: null,
    max_credit_limit_extension: 'unlimited',
    can_extend_character_limit: true,
    allowed_to_extend_character_limit: true,
    next_character_count_reset_unix: startOfNextMonthS(nowMs),
    voice_slots_used: slotsUsed(voices),
    professional_voice_slots_used: 0,
    professional_voice_slots_used_in_workspace: 0,
    voice_limit: settings.voiceLimit,
    max_voice_add_edits: settings.maxVoiceAddEdits,
    voice_add_edit_counter: voiceAddEditCounter,
    professional_voice_limit: 1,
    can_extend_voice_limit: false,
    can_use_instant_voice_cloning: true,
    can_use_professional_voice_cloning: true,
    currency: 'eur',
    status: 'active',
    billing_period: 'monthly_period',
    character_refresh_period: 'monthly_period',
    next_invoice: null,
    open_invoices: [],
    has_open_invoices: false,
    current_overage: { amount: '0.00', currency: 'usd' },
    field_of_a_later_release: null,
  });
