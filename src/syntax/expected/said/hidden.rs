//! What messages do not speak of: pieces of other rules, recognised mistakes, whole declarations.

rules! { hidden_rule {
    // Punctuation and pieces of other rules, which say what is meant.
    WHITESPACE, COMMENT, wordc, reserved, text, literal, value, window_shape, before, before_value, infix,
    simple_infix, op_compare, op_arith, operand, plain_operand, after, begins_condition, number_literal, test,
    balanced, counting, figure_over,

    // Mistakes that are understood, and never offered.
    un_after, bad_in_zone, bad_ignoring_missing, bad_single, bad_next_text, bad_next_value, bad_value_name,
    bad_duration, bad_window_length, bad_and, bad_or, bad_not, bad_eq, bad_ne, bad_in, bad_between, bad_where,
    kw_and_upper, kw_or_upper, kw_not_upper, bad_null, bad_rule_code, bad_is_null, kw_is_upper, bad_is_not, bad_like,
    kw_like, bad_in_bare, bad_in_name, bad_window_stray, bad_filter_rest, bad_minus, bad_star, bad_consent,
    consent_word, bad_ledger, bad_in_ledger, bad_exists, kw_exists, bad_call, kw_ledger,

    // Whole declarations and their parts.
    head_entity, clause_entity, item_entity, head_source, clause_source, item_source, head_rows, clause_rows,
    item_rows, head_lookup, clause_lookup, item_lookup, head_sessions, clause_sessions, item_sessions, head_list,
    clause_list, item_list, head_model, clause_model, item_model, head_identity, clause_identity, item_identity,
    head_infer, item_infer, head_category, item_category, head_define, item_define, head_ledger, clause_ledger,
    item_ledger, head_purpose, clause_purpose, item_purpose, head_destination, clause_destination, item_destination,
    head_jurisdiction, clause_jurisdiction, item_jurisdiction, head_policy, clause_policy, item_policy,
    head_exception, clause_exception, item_exception, head_segment, head_placement, head_report, clause_segment,
    clause_placement, clause_report, item_segment, item_placement, item_report, head_release, clause_release,
    item_release, end_release, item, file, end_entity, end_source, end_rows, end_lookup, end_sessions, end_list,
    end_model, end_identity, end_ledger, end_purpose, end_destination, end_jurisdiction, end_policy, end_exception,
    end_segment, end_placement, end_report, end_infer, end_category, end_define,
} }
