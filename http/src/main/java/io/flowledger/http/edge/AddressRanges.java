package io.flowledger.http.edge;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of IP addresses, as in {@code 10.0.0.0/8,192.0.2.7,2001:db8::/32}. An IPv4 address that is
 * written as one of IPv6 ({@code ::ffff:10.0.0.1}) is the IPv4 address.
 */
public final class AddressRanges {

  private static final Pattern RANGE = Pattern.compile("([0-9a-fA-F.:]+)(?:/([0-9]{1,3}))?");
  private static final AddressRanges NONE = new AddressRanges(List.of());

  private final List<IpSubnetFilterRule> ranges;

  private AddressRanges(List<IpSubnetFilterRule> ranges) {
    this.ranges = ranges;
  }

  /** No address. */
  public static AddressRanges none() {
    return NONE;
  }

  /**
   * Reads ranges with commas between.
   *
   * @throws IllegalArgumentException when one is none, with a message that names it
   */
  public static AddressRanges parse(String text) {
    return new AddressRanges(
        Arrays.stream(text.split(",", -1)).map(String::strip).map(AddressRanges::range).toList());
  }

  private static IpSubnetFilterRule range(String text) {
    Matcher parts = RANGE.matcher(text);
    Optional<InetAddress> address = parts.matches() ? address(parts.group(1)) : Optional.empty();
    if (address.isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' is no range of addresses such as 10.0.0.0/8 or 2001:db8::/32".formatted(text));
    }
    int bits = address.get().getAddress().length * Byte.SIZE;
    int prefix = parts.group(2) == null ? bits : Integer.parseInt(parts.group(2));
    if (prefix > bits) {
      throw new IllegalArgumentException(
          "'%s' is no range of addresses: the prefix has at most %d bits".formatted(text, bits));
    }
    return new IpSubnetFilterRule(address.get(), prefix, IpFilterRuleType.ACCEPT);
  }

  /** The address that a text is, never a name that would have to be looked up. */
  static Optional<InetAddress> address(String text) {
    byte @Nullable [] bytes = NetUtil.createByteArrayFromIpAddressString(text);
    try {
      return bytes == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException impossible) {
      return Optional.empty(); // it has the right length
    }
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /**
   * The same.
   *
   * @param address as text; what is none is in none of them
   */
  public boolean contains(String address) {
    return !isEmpty() && address(address).filter(this::contains).isPresent();
  }

  /** Whether an address is in one of them. */
  public boolean contains(InetAddress address) {
    InetSocketAddress socket = new InetSocketAddress(address, 0);
    for (IpSubnetFilterRule range : ranges) {
      if (range.matches(socket)) {
        return true;
      }
    }
    return false;
  }
}
