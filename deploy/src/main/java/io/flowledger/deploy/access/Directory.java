package io.flowledger.deploy.access;

import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Grants;
import java.util.Optional;

/**
 * What those may do who are known by the word of somebody else: what the file says of them, or what
 * their kind may by default.
 */
public final class Directory {

  private final Holders holders;
  private final Proof.Voucher voucher;
  private final Grants otherwise;

  /**
   * @param voucher whose word it is
   * @param otherwise of those who are not in the file
   */
  public Directory(Holders holders, Proof.Voucher voucher, Grants otherwise) {
    this.holders = holders;
    this.voucher = voucher;
    this.otherwise = otherwise;
  }

  /** Who that is; empty where nobody can be called so. */
  Optional<Credential> of(String name) {
    return of(name, Optional.empty());
  }

  /**
   * The same.
   *
   * @param told what whoever vouches for them says that they may do; the file knows better
   */
  Optional<Credential> of(String name, Optional<Grants> told) {
    if (!Holder.isName(name)) {
      return Optional.empty();
    }
    Credential known = holders.known().vouched().get(new Holders.Vouched(voucher, name));
    return Optional.of(known == null ? new Credential(name, told.orElse(otherwise)) : known);
  }
}
