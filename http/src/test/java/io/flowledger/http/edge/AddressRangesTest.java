package io.flowledger.http.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressRangesTest {

  private static final AddressRanges RANGES =
      AddressRanges.parse("10.0.0.0/8, 192.0.2.7,2001:db8::/32,172.16.5.4/12");

  @ParameterizedTest
  @CsvSource({
    "10.255.0.1, true",
    "11.0.0.1, false",
    "192.0.2.7, true",
    "192.0.2.8, false",
    "172.31.255.255, true",
    "172.32.0.0, false",
    "2001:db8:ffff::1, true",
    "2001:db9::1, false",
    "::ffff:10.1.2.3, true",
    "::1, false",
    "127.0.0.1, false"
  })
  void hasTheAddressesOfItsRanges(String address, boolean expected) throws Exception {
    assertThat(RANGES.contains(InetAddress.getByName(address))).isEqualTo(expected);
  }

  @Test
  void everythingIsARangeToo() throws Exception {
    assertThat(AddressRanges.parse("0.0.0.0/0").contains(InetAddress.getByName("8.8.8.8")))
        .isTrue();
    assertThat(AddressRanges.none().contains(InetAddress.getByName("8.8.8.8"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.0/33",
        "::/129",
        "localhost",
        "10.0.0/8",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "1.2.3.4,",
        "10.0.0.0/ 8",
        "fe80::1%eth0"
      })
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> AddressRanges.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no range of addresses");
  }
}
