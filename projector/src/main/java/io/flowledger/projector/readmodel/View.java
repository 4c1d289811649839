package io.flowledger.projector.readmodel;

/**
 * The view of one partition: its objects, its listings and its history. Point reads are cheap
 * enough for an event loop; listings are not.
 *
 * <p>Every method throws {@link ViewUnavailableException} when the view has been closed.
 */
public interface View extends ObjectView, ListingView, HistoryView {}
